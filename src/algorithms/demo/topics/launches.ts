import type { Topic } from '../topic.ts';

/** Made-up products on the day they come out. */
export const LAUNCH_TOPICS: readonly Topic[] = [
  {
    key: 'launch-sketchboard',
    language: 'en',
    weight: 0,
    habit: 'any',
    surface: 'web',
    slots: {
      draw: ['a floor plan', 'a flow chart', 'a mind map', 'a seating plan'],
    },
    openers: [
      'How do I start drawing on a new Sketchboard? I want to make {draw}.',
      'how do i use the new sketchboard, i want to draw {draw}',
      'Just got access to Sketchboard. What can I draw with it?',
      'Can Sketchboard draw {draw} from my description?',
      'sketchboard: how do i erase or undo when i draw {draw}',
      'can two people draw on one sketchboard at the same time',
      'How do I import a picture into Sketchboard and draw on top of it?',
      'Is the new Sketchboard in the free plan? I drew {draw} and now it asks me to upgrade.',
      'tried the new sketchboard for {draw}, pretty cool. how do i make the lines straight?',
      'How do I share a Sketchboard drawing with someone who has no account?',
      'my sketchboard drawing is gone, it was {draw}. where are boards saved',
      'How do I export {draw} from Sketchboard as a PDF or SVG?',
    ],
    answers: [
      'Open a new board from the plus menu and say what you would like to draw; I put the first shapes there and you can move them.',
      'Begin with the boxes, then connect them; lines stick to shapes when you drop them near the edge.',
      'Boards can be shared by link from the top right. Whoever opens it sees it without an account.',
    ],
    turns: [
      ['ok the shapes are there, now what', 'Select two and press L for a line between them.'],
      ['can you make it prettier', 'Aligned to a grid, one color per group, and a little more air.'],
      ['where is it saved', 'Under boards in the sidebar, by the date you last changed it.'],
    ],
  },
  {
    key: 'launch-pebble-ring',
    language: 'en',
    weight: 0,
    habit: 'evening',
    surface: 'mobile',
    slots: {
      trouble: ['shows no deep sleep', 'does not sync', 'lost its charge after a day', 'will not pair'],
      phone: ['my iPhone', 'my Pixel', 'an old Samsung phone'],
    },
    openers: [
      'My new Pebble Ring {trouble}. What can I try?',
      'pebble ring {trouble}, got it yesterday',
      'How do I set up my new Pebble Ring with {phone}?',
      'pebble ring sleep tracking with {phone}, how do i turn it on',
      'Which size of Pebble Ring should I order if I am between two sizes?',
      'is the new pebble ring waterproof, can i wear it in the shower',
      'What does the sleep score of my Pebble Ring mean? I got 43 last night.',
      'should i buy the new pebble ring or a watch to track my sleep',
      'Does the Pebble Ring need a subscription to show my sleep?',
      'How do I export my sleep data from the Pebble Ring app?',
      'first night with my pebble ring and it {trouble}. is that normal',
      'Pebble Ring {trouble} with {phone}. Do I have to reset the ring?',
    ],
    answers: [
      'Put it on the charger, forget it in the Bluetooth list, and pair it from its own app, not from the settings.',
      'The score compares last night with your own two weeks before. In the first days it has little to compare with.',
      'Choose the larger one if your fingers swell in the evening; it should turn with a little effort.',
    ],
    turns: [
      [
        'still not',
        'Then hold it on the charger until the light blinks twice. That resets the connection and keeps your data.',
      ],
      ['so I ignore the score for now', 'Yes, for two weeks. Look at the bedtime instead.'],
    ],
  },
  {
    key: 'launch-ashen-tides',
    language: 'en',
    weight: 0,
    habit: 'evening',
    slots: {
      spot: ['the lighthouse', 'the drowned cathedral', 'the Ferryman', 'the tide puzzle'],
      role: ['Warden', 'Saltmage', 'Corsair'],
    },
    openers: [
      'How do I get past {spot} in Ashen Tides?',
      'ashen tides {spot}, stuck for 2 hours, hints only no spoilers',
      'How do I beat {spot} in the game Ashen Tides? I play a {role}.',
      'Best starting class in Ashen Tides, {role} or something else?',
      'Ashen Tides crashes at {spot}. PC, game is up to date.',
      '{role} build for ashen tides pls, early game',
      'Is there co-op in Ashen Tides? My friend plays a {role}.',
      'Where is the third bell near {spot} in Ashen Tides? The game came out yesterday and there is no guide yet.',
      'ashen tides: what does the tide clock do in the game',
      'How long is the game Ashen Tides, and can I miss anything at {spot}?',
      'ashen tides runs at 20 fps at {spot} even on low settings',
      'Ashen Tides ending: which choice is better? No spoilers please.',
    ],
    answers: [
      'Wait for low water: in {spot} the way is only open while the bell is silent. Look left of where you came in.',
      'The {role} forgives mistakes early and grows dull later; it is a good first choice.',
      'Turn off volumetric fog first. It costs the most there and you hardly see it.',
    ],
    turns: [
      ['got it!! what now', 'Save, then talk to the ferry keeper before you leave. She remembers.'],
      ['can I change class later', 'Once, in chapter four, for a price.'],
    ],
  },
];
