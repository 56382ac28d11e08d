import type { Topic } from '../topic.ts';

/** Interviews and pay. */
export const HIRING: readonly Topic[] = [
  {
    key: 'interviews',
    language: 'en',
    weight: 2,
    habit: 'office',
    slots: {
      job: [
        'a bank teller job',
        'a software engineer role at a startup',
        'nursing school',
        'a flight attendant position',
        'a PhD position',
        'a store manager job',
      ],
      ask: [
        'tell me about yourself',
        'what is your greatest weakness',
        'why did you leave your last job',
        'describe a conflict at work',
        'where do you see yourself in five years',
      ],
    },
    openers: [
      'I have an interview for {job} tomorrow. Ask me the questions they will probably ask, one at a time.',
      'how do i answer "{ask}" in an interview for {job}',
      'Mock interview please: you are the interviewer for {job}, I am nervous, be realistic.',
      'What should I ask at the end of an interview for {job}?',
      'good answer for "{ask}" that isnt a cliche??',
      'Help me build a STAR story for "{ask}". I once handled an angry customer for two hours.',
      'My interview for {job} is a panel of five people. How do I prepare for that?',
      'system design interview practice: design a url shortener, and grill me',
      'thank you note after my interview for {job}, short, I liked the team',
      'I freeze in interviews. What can I do in the first two minutes when they say "{ask}"?',
      'interviewed for {job} two weeks ago and heard nothing, do i follow up or wait',
    ],
    answers: [
      'Let us begin. First question: "{ask}". Take your time, answer as you would there, and I will tell you what worked.',
      'One sentence on where you are, one on how you came there, one on why this job. Ninety seconds at most.',
      'They want to hear how you think when it gets difficult. Choose a small true story, not a grand one.',
    ],
    turns: [
      [
        'I said I was looking for a new challenge',
        'True and forgettable. Name the challenge: what would you do there that you cannot do now?',
      ],
      [
        'next question',
        'Here it is: "Tell me about a time you were wrong." Listen to how long you wait before the point.',
      ],
      ['what do I wear', 'One step smarter than the people who work there. Comfortable shoes.'],
    ],
  },
  {
    key: 'salary-negotiation',
    language: 'en',
    weight: 1,
    habit: 'office',
    slots: {
      sum: [
        '52k',
        '4% more',
        '68,000',
        'the same as my predecessor',
        '95k plus bonus',
        'two dollars more an hour',
      ],
      case: [
        'a new offer',
        'my yearly review',
        'a promotion without a raise',
        'a counteroffer from my boss',
        'going from part time to full time',
      ],
    },
    openers: [
      'How do I negotiate my salary? It is about {case} and I would like {sum}.',
      'they offered {sum}, is it rude to ask for more',
      'Write what I could say to ask for a raise: {case}, I want {sum}, been there three years.',
      'salary negotiation script for {case}. i always cave in after the first no',
      'I found out a colleague earns more for the same work. How do I bring up {sum} with my boss?',
      'recruiter wants my current salary and its embarassingly low, what do i say. goal is {sum}',
      'Is {sum} a fair thing to ask for in a small town? It is about {case}.',
      'It is about {case} and they cannot pay more. What else can I ask for besides money?',
      'counter offer email, {sum}, polite but firm, need to send it today',
      'Should I take {sum} if it means two hours of commuting every day?',
    ],
    answers: [
      'Name the number first, give one reason, then stop talking. "Based on what I have taken on, I am looking for {sum}."',
      'It is not rude; most offers leave room. The worst usual answer is "this is the most we can do".',
      'If the money is fixed, ask for days off, a review in six months written down, or a training budget.',
    ],
    turns: [
      [
        'what if they say no',
        'Ask what it would take and by when, and have it written down. Then decide with open eyes.',
      ],
      ['can you role play my boss', 'Gladly. "Thanks for coming. So, what is on your mind?"'],
    ],
  },
];
