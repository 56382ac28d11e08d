import type { Topic } from '../topic.ts';

/** Teaching others, and learning a language. */
export const TEACHING: readonly Topic[] = [
  {
    key: 'lesson-plans',
    language: 'en',
    weight: 1.6,
    habit: 'school',
    slots: {
      grade: [
        '2nd grade',
        'a class of 28 five-year-olds',
        'year 9',
        'adult beginners',
        '6th graders with very mixed levels',
        'high school juniors',
      ],
      unit: [
        'the water cycle',
        'persuasive writing',
        'telling the time',
        'ancient Egypt',
        'equivalent fractions',
        'simple past',
        'media literacy',
      ],
    },
    openers: [
      'Lesson plan on {unit} for {grade}, 45 minutes, with a warm-up and an exit ticket.',
      'I teach {grade}. Ideas for a hands-on activity about {unit} without buying anything?',
      'worksheet {unit} {grade} with answer key pls',
      'sub plans for tomorrow!! {grade}, {unit}, I am sick',
      'How would you differentiate a lesson on {unit} for {grade}? Two students barely read.',
      'Rubric for a project on {unit}, four levels, language that {grade} understand.',
      'rewrite this text about {unit} at a lower reading level for {grade}',
      'My class ({grade}) is noisy after lunch. How can I start the lesson on {unit} so that they settle?',
      'Make a multiple-choice quiz on {unit} for {grade}, ten questions, one silly answer each.',
      'report card comments for {grade}, kind but honest, 20 different ones',
      'letter to parents of {grade} about our unit on {unit} and the trip to the museum',
    ],
    answers: [
      'Five minutes of guessing, fifteen of trying it out in pairs, fifteen to write down what they saw, and an exit ticket with one question.',
      'For {unit} I would let them sort cards first. Everyone can begin, and you see at once who needs help.',
      'Here is the sheet in three levels. The picture is the same on all, so nobody sees who has which.',
    ],
    turns: [
      [
        'what if we finish early',
        'Let them write a question for the class next door. It always takes longer than you think.',
      ],
      [
        'make it for 90 minutes',
        'Extended: a second round with changed partners, and a short gallery walk before the end.',
      ],
      ['any homework?', 'One small thing to look for at home, and tell tomorrow. No paper.'],
    ],
  },
  {
    key: 'language-learning',
    language: 'en',
    weight: 1.8,
    habit: 'evening',
    slots: {
      tongue: ['Spanish', 'Korean', 'Italian', 'Japanese', 'Swedish', 'German', 'Arabic', 'French'],
      point: ['the subjunctive', 'word order', 'particles', 'gendered nouns', 'past tenses', 'polite forms'],
    },
    openers: [
      'I am learning {tongue} and do not understand {point}. Can you explain it with short examples?',
      "let's chat in {tongue}, i'm A2, correct my mistakes after each message",
      'Teach me ten {tongue} phrases for a restaurant, with pronunciation.',
      'how long does it take to learn {tongue} if i do 30 min a day',
      'Make a four-week {tongue} study plan for someone who forgets vocabulary at once.',
      'difference between ser and estar again?? i have been learning spanish for 2 yrs and still guess',
      'Practice {tongue} with me: you are a baker and I want to buy bread.',
      'Give me a short story in easy {tongue} with the translation below each line. I want to practise {point}.',
      'Is it bad to learn {tongue} and another language at the same time? I mix up {point}.',
      'best way to get {point} in {tongue} into my head, flashcards dont work for me',
      'My {tongue} exam (B1) has a speaking part about holidays. What will they ask?',
    ],
    answers: [
      'Think of {point} as a signal to the listener. Here are three pairs of sentences where only that differs.',
      'Good idea! I will write short sentences in {tongue}, and after each of yours I give the corrected one.',
      'With half an hour a day: two new patterns a week, ten minutes of listening, and speak from the first day.',
    ],
    turns: [
      [
        'how do I pronounce that',
        'Slowly first, every vowel short and clear. The stress is on the part before the last.',
      ],
      ['again but harder', 'Good. Now the same with yesterday instead of today.'],
      [
        'did I make mistakes?',
        'Two small ones: the ending of the adjective, and the place of the verb. The rest was right.',
      ],
    ],
  },
];
