import type { Topic } from '../topic.ts';

/** Made-up stories; nobody speaks of them before they happen. */
export const NEWS_TOPICS: readonly Topic[] = [
  {
    key: 'news-storm-halvard',
    language: 'en',
    weight: 0,
    habit: 'any',
    surface: 'mobile',
    slots: {
      hours: ['six', 'nine', '14', '20 something', 'almost 24'],
    },
    openers: [
      'Power outage after Storm Halvard: how do I keep the food in my fridge safe?',
      'no power since storm halvard, is the food in the fridge still safe',
      'We have had no power for {hours} hours because of Storm Halvard. What food is still safe to eat?',
      'storm halvard power outage, {hours} hours now, what do i do with the freezer',
      'When will the power come back after Storm Halvard? It has been {hours} hours.',
      'power still out after storm halvard, {hours} hours now. how long does this usually take?',
      'Storm Halvard knocked our power out {hours} hours ago. What should I do first?',
      'Power is out since Storm Halvard and my phone is at 11 percent. How do I charge it without electricity?',
      'How do we stay warm in the Storm Halvard power outage? Two small kids and no generator.',
      'is it safe to run a generator in the garage during the storm halvard power outage',
      'my mother is alone, her power is out since storm halvard, {hours} hours now. how can i help from far away',
      'Does my insurance pay for the food lost in the power outage after Storm Halvard?',
      'storm halvard blackout, whole street is dark for {hours} hours, who do i call about the power',
    ],
    answers: [
      'Keep the doors of fridge and freezer shut: about 4 hours for the fridge, two days for a full freezer. Take out only what you need at once.',
      'Never run a generator indoors or in a garage, even with the door open. Outside, twenty feet away from windows.',
      'I have no live outage map, so check the page of your utility; report the line there and keep well away from it.',
    ],
    turns: [
      [
        'the freezer is half full',
        'Then about a day. Fill the gaps with newspaper or towels, it helps a little.',
      ],
      [
        'phone is at 12%',
        'Low power mode, screen dark, one text to one person who tells the others. A car can charge it too.',
      ],
      [
        'is there a shelter',
        'Your town hall or the local radio will know. Take medicine, documents and blankets.',
      ],
    ],
  },
  {
    key: 'news-lumio-recall',
    language: 'en',
    weight: 0,
    habit: 'any',
    slots: {
      model: ['Lumio 3', 'Lumio 3 Plus', 'Lumio thermostat', 'white Lumio from 2024'],
      concern: [
        'mine gets warm',
        'it is in the nursery',
        'we rent the flat',
        'I bought it used',
        'the app says nothing',
      ],
    },
    openers: [
      'Is my {model} part of the thermostat recall? {concern}.',
      'lumio recall: {concern}, do i have to switch it off',
      'How do I take the {model} off the wall safely? I read about the recall.',
      'Where is the serial number on a {model}, for the recall?',
      'the {model} overheating recall, how do i get my money back',
      'My landlord ignores the Lumio recall and {concern}. What can I do?',
      'Does the Lumio recall mean there is a fire risk tonight? {concern}.',
      'write an email to lumio support about the recall, {concern}',
      'Which thermostat can replace a recalled {model} without new wires?',
      'heard on the radio that lumio thermostats are recalled, is it all of them or just the {model}',
      'Recall of the {model}: replacement or refund, which is better?',
    ],
    answers: [
      'Look on the back plate for the serial number and compare it with the list of the maker. Until then, switch it off at the breaker and take it down.',
      'I do not know the latest list, so go by the notice of the maker. If it is warm to the touch, do not wait.',
      'A recall usually leaves you the choice of refund or replacement, and the used one counts as well.',
    ],
    turns: [
      [
        'and how do I heat now',
        'Most boilers have a manual switch; the two wires can be bridged by someone who knows how.',
      ],
      [
        'the number starts with LT3',
        'Then compare the next four digits with the notice. They tell the week it was made.',
      ],
    ],
  },
  {
    key: 'news-comet-oyelaran',
    language: 'en',
    weight: 0,
    habit: 'evening',
    surface: 'mobile',
    slots: {
      place: ['Chicago', 'a city balcony', 'southern England', 'Cape Town', 'a field in Ohio', 'Lisbon'],
      gear: ['a phone', 'binoculars', 'a Canon with a kit lens', 'my kid\u2019s telescope', 'no equipment'],
    },
    openers: [
      'Where do I look to see the comet Oyelaran from {place}?',
      'comet oyelaran tonight, what time from {place}',
      'How do I photograph the green comet Oyelaran with {gear}?',
      'Why is comet Oyelaran green?',
      'can i see the comet oyelaran with {gear} or is it too bright in {place}',
      'How long will comet Oyelaran stay visible? We are in {place} next weekend.',
      'My class is excited about comet Oyelaran. Explain what a comet is to eight-year-olds.',
      'camera settings for comet oyelaran, {gear}, tripod',
      'Is comet Oyelaran dangerous? My son is afraid it will hit us.',
      'missed the comet yesterday bc of clouds, is Oyelaran still up from {place}',
      'When does the comet Oyelaran come back after this time?',
    ],
    answers: [
      'Look low in the west about an hour after sunset, and give your eyes fifteen minutes of dark. It is a soft green spot with a short tail.',
      'Put it on something firm, 5 to 8 seconds, focus on a bright star, and let a timer press the button.',
      'The green comes from carbon molecules near the head that glow in sunlight. It is far away and will stay there.',
    ],
    turns: [
      ['too many street lights here', 'Stand so that a house hides the nearest lamp. Even that helps.'],
      [
        'will there be a better night',
        'When the moon is gone, in about four days, it should be easier to see.',
      ],
    ],
  },
  {
    key: 'news-corvane-air',
    language: 'en',
    weight: 0,
    habit: 'any',
    slots: {
      stuck: [
        'I am in Athens with two kids',
        'our flight is on Saturday',
        'we paid 2,300 for four tickets',
        'my return ticket is with them',
        'it was for our honeymoon',
      ],
      paid: ['by credit card', 'by debit card', 'with a voucher', 'through a travel agency', 'with miles'],
    },
    openers: [
      'Corvane Air has gone bankrupt and {stuck}. What do I do now?',
      'corvane air insolvent, paid {paid}, is my money gone',
      'How do I get a refund from Corvane Air after the insolvency? I paid {paid}.',
      'is any corvane air flight still going? {stuck}',
      'Chargeback letter to my bank for Corvane Air tickets, paid {paid}.',
      'Corvane Air collapse: {stuck}. Do other airlines offer rescue fares?',
      'Does travel insurance pay when an airline like Corvane Air goes bust?',
      'what happens to my corvane air miles now that they went under',
      'I work for Corvane Air at the desk. Do we get our last salary after the bankruptcy?',
      'corvane air stopped flying overnight, {stuck}, how do we get home cheaply',
      'How do I file a claim with the administrator of Corvane Air? Paid {paid}.',
    ],
    answers: [
      'First secure a way home, then the money: keep the booking, the payment and the cancellation notice together.',
      'If it was paid {paid}, ask whoever took the payment first; the administrator is the last in the line.',
      'Other airlines often sell rescue fares for a few days. Ask at the counter with your old ticket in hand.',
    ],
    turns: [
      [
        'the bank says wait',
        'Ask for the dispute to be recorded today; there are deadlines, and the date counts.',
      ],
      [
        'and the hotel we booked with it',
        'If it was one package, the organiser owes you both. If not, the hotel is on its own terms.',
      ],
    ],
  },
];
