import type { Topic } from '../topic.ts';

/** Things with a screen. */
export const GADGETS: readonly Topic[] = [
  {
    key: 'video-games',
    language: 'en',
    weight: 1.4,
    habit: 'evening',
    slots: {
      game: ['Stardew Valley', 'Elden Ring', 'Minecraft', "Baldur's Gate 3", 'Zelda', 'Factorio'],
      stuck: [
        'I cannot beat the second boss',
        'I always run out of money',
        'my base gets raided',
        'I do not know which class to take',
        'my friend is way better than me',
      ],
    },
    openers: [
      'Tips for {game}? {stuck}.',
      '{game}: {stuck}, what am i doing wrong',
      'Is {game} good for someone who has not played since the 90s?',
      'best early build in {game} for a lazy player',
      'How do I play {game} with my daughter, she is 8 and wants to win?',
      'my pc has a gtx 1060, will {game} run ok or do i need a new card',
      'Explain the story of {game} so far. I took a break of a year and forgot everything.',
      '{game} mods you would not play without?',
      'What is the point of the mid game in {game}? {stuck} and I am losing interest.',
      'minecraft redstone door 2x2 that closes by itself, step by step please',
      'Games like {game} that can be played in half-hour pieces?',
    ],
    answers: [
      'You are probably too brave too early. In {game} the side paths make you strong; come back an hour later and it falls.',
      'Take the simple class and learn to watch. Fancy builds need the habits first.',
      'Slow the first week down: one thing that earns, one that saves time, nothing for looks.',
    ],
    turns: [
      ['died again lol', 'Then watch its feet, not the weapon. They tell you half a second earlier.'],
      ['any cheese strategy', 'There is one, with a corner and a lot of patience. Want it?'],
      ['is it ok to use a guide', 'Of course. It is your evening.'],
    ],
  },
  {
    key: 'gadget-help',
    language: 'en',
    weight: 2,
    habit: 'any',
    surface: 'mobile',
    slots: {
      device: [
        'my iPhone',
        'an old Windows laptop',
        'my Android phone',
        'the tablet',
        'our Chromebook',
        'my new laptop',
      ],
      trouble: [
        'keeps dropping the wifi',
        'has no storage left',
        'is slow since the update',
        'has no sound',
        'does not charge',
      ],
    },
    openers: [
      '{device} {trouble}. I already restarted it twice.',
      '{device} {trouble} help',
      'How do I move all my photos off my old phone? It has no storage left.',
      'My grandfather says that {device} {trouble}. How can I explain the fix over the phone?',
      'is it worth repairing, {device} {trouble}, about 5 years old',
      'How do I reset {device} without losing everything?',
      'forgot the password of my old laptop, its mine i swear, i have the receipt',
      'What is the difference between a mesh system and a repeater? The wifi in the bedroom is terrible.',
      'printer says offline but it is ON and right next to me',
      'windows update stuck at 27% for 3 hours, do i pull the plug',
      'Which settings should I change first on {device} to make it more private?',
      'Backup of a laptop and a phone for people who never did one, step by step please.',
    ],
    answers: [
      'Try these in order, stopping when it works: power off for thirty seconds, forget and pair again, then the update.',
      'First save what matters, then reset. I will go through it with you in five small steps.',
      'That is usually not {device} itself but the cable or the name of the network. Swap one thing at a time.',
    ],
    turns: [
      [
        'step 2 does nothing',
        'Then hold the button until the light changes, about ten seconds, and begin again.',
      ],
      ['where is that menu', 'Under settings, general, at the very bottom. It moved with the last version.'],
      ['it works!! what was it', 'It had kept an old address. It may happen again after a power cut.'],
    ],
  },
];
