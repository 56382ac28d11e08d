import type { Topic } from '../topic.ts';

/** Models and networks. */
export const SYSTEMS: readonly Topic[] = [
  {
    key: 'machine-learning',
    language: 'en',
    weight: 1.8,
    habit: 'office',
    surface: 'ide',
    slots: {
      model: ['a random forest', 'XGBoost', 'a small CNN', 'a fine-tuned BERT', 'an LSTM', 'a U-Net'],
      task: [
        'predict churn',
        'classify bird songs',
        'spot defects on circuit boards',
        'forecast energy use',
        'sort support tickets',
      ],
      woe: [
        'overfits after three epochs',
        'always predicts the majority class',
        'has a loss of NaN',
        'is worse than the mean',
        'runs out of GPU memory',
      ],
    },
    openers: [
      'I train {model} to {task} and it {woe}. What should I try first?',
      'pytorch: {model} {woe}, lr 1e-3, batch size 32',
      'Is {model} a sensible choice to {task} with only 2,000 labelled examples?',
      'my neural net {woe} and i have no idea why, dataset is to {task}',
      'Explain how attention works in a transformer, with the shapes of the matrices at each step.',
      'How do I split the data properly to {task} when several rows belong to the same customer?',
      'cross validation vs a hold out set for {model}? we want to {task} and the data is a time series',
      'Write a training loop for {model} in PyTorch with early stopping and a learning rate schedule.',
      'What metric should I show my manager for a model to {task}? Accuracy is 97% but that is just the class balance.',
      'Features for {model} to {task}: which would you make from timestamps and free text?',
      'gradient clipping or smaller learning rate, {model} {woe}',
    ],
    answers: [
      'Before changing the model, see whether it can learn ten examples by heart. If it cannot, the fault is in the data or the loss.',
      'Split by customer, not by row. Otherwise the model recognises people it has seen, and the score is too good to be true.',
      'With so few examples start from {model} with strong regularisation and a simple baseline next to it.',
    ],
    turns: [
      [
        'ok it learns the ten. what now',
        'Then add data step by step and watch where the validation loss turns.',
      ],
      [
        'should I augment?',
        'Yes, but only in ways that can happen in reality. For your case to {task}, small shifts and noise are safe.',
      ],
      [
        'how do i explain the predictions',
        'Permutation importance on held-out data first. It is crude and hard to fool yourself with.',
      ],
    ],
  },
  {
    key: 'network-security',
    language: 'en',
    weight: 1.3,
    habit: 'office',
    slots: {
      device: [
        'a home router',
        'our office firewall',
        'a NAS',
        'an old Windows server',
        'a WordPress site',
        'security cameras',
      ],
      worry: [
        'logins from abroad',
        'port 22 attacks all night',
        'a certificate that expires on Sunday',
        'an open RDP port',
        'a strange admin user',
      ],
    },
    openers: [
      'I found {worry} in the logs of {device}. Should I be worried, and what do I do now?',
      'how do i harden {device}, saw {worry} yesterday',
      'Set up a VPN to reach {device} from outside without opening ports. What is the simplest safe way?',
      'What firewall rules would you start with for {device} in a company of twelve people?',
      'ssh: disable passwords and only allow keys on {device}, i am scared of locking myself out',
      'Explain VLANs to me. I want {device} separate from the guest wifi.',
      'Security checklist for {device}? We had {worry} and our insurer asks for one.',
      'fail2ban vs changing the port, {device} gets {worry}',
      'Our pentest report says {device} allows TLS 1.0. How do I turn that off without breaking old clients?',
      'is it normal to see {worry} on {device}?? its only been online for 2 days',
      'studying for security+, explain the difference between IDS and IPS with an example like {device}',
    ],
    answers: [
      'Anything on the open internet is scanned all day, so attempts alone are normal. Successful logins are not: look for those first.',
      'Begin with three things: updates, keys instead of passwords, and no management interface reachable from outside.',
      'Change the passwords from another machine, then take {device} offline until you know how they came in.',
    ],
    turns: [
      [
        'there is one successful login at 3 am',
        'Then treat it as compromised. Save the logs, disconnect it, and rebuild it from a known good image.',
      ],
      [
        'how do I keep the logs somewhere safe',
        'Send them to another machine at once, by syslog over TLS. Whoever breaks in deletes logs first.',
      ],
      ['is wireguard ok for this', 'Yes, it is small and quiet: it does not even answer strangers.'],
    ],
  },
];
