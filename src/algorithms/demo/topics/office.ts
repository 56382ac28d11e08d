import type { Topic } from '../topic.ts';

/** Work that is done in words. */
export const OFFICE: readonly Topic[] = [
  {
    key: 'email-rewriting',
    language: 'en',
    weight: 5,
    habit: 'office',
    slots: {
      tone: [
        'more polite',
        'less angry',
        'more confident',
        'shorter and friendlier',
        'professional but not stiff',
        'firm',
      ],
      who: [
        'my manager',
        'a client who pays late',
        'the whole team',
        'a colleague in another department',
        'HR',
        'a supplier',
      ],
      about: [
        'the deadline we missed',
        'the new schedule',
        'an invoice that is wrong',
        'moving the meeting',
        'a file that is missing',
        'the broken delivery',
      ],
    },
    openers: [
      'Rewrite this email to {who} so it sounds {tone}. It is about {about}.',
      'make this {tone} pls: "I already told you twice about {about}, when will I get an answer?"',
      'I need to email {who} about {about} and everything I write sounds rude. Can you draft it for me?',
      'how do I politely remind {who} about {about}, this would be the third email',
      'Write a short reply to {who}. They asked about {about} and I want to say no without closing the door.',
      'does this mail sound passive aggressive?? its to {who} re {about}',
      'Draft an out-of-office message for two weeks that sends people to {who} for anything about {about}.',
      'Subject line for an email to {who} about {about}, nothing clickbaity',
      'I am not a native English speaker. Please correct my email to {who} about {about} and make it {tone}.',
      'Turn these bullet points into an email to {who}: {about}, sorry for the delay, new date is the 14th, call me.',
      'my email to {who} is 3 pages long. help me get the part about {about} down to five sentences',
      'apology email to {who} for {about}, we really did mess up so no excuses in it',
    ],
    pastes: [
      'Hi all,\nas I already wrote on Monday the file is STILL not in the folder. I really need it, otherwise I can not finish my part and then it is again me who is late.\nregards',
      'Dear Sir or Madam,\nwith this mail I want to ask about the status. We called three times and every time somebody else told us something else.\nPlease answer.',
      'Hey, so about last week, I know it was not great how it went and I should have said something before, but I think we should maybe talk about it at some point if you have time?',
    ],
    answers: [
      'Here is a {tone} version. I moved the request to the first line and left out the history, which they know already.',
      'Subject: Quick question\n\nHello,\n\nI wanted to come back to {about}. Could you let me know by Thursday how you would like to proceed?\n\nKind regards',
      'The tone comes from two phrases, "as I already said" and "finally". Without them it reads calm and clear.',
    ],
    turns: [
      ['still too stiff', 'Loosened: contractions, a shorter greeting, and the last paragraph is gone.'],
      [
        'add that I am happy to jump on a call',
        'Added at the end: "If it is easier, I am glad to talk it through by phone this week."',
      ],
      [
        'what if they dont answer again',
        'Then write once more with a date, and copy the person who can decide.',
      ],
      [
        'love it, also need one for the team chat',
        'For the chat, two lines are enough: what changed, and what you need from them by when.',
      ],
    ],
  },
  {
    key: 'meetings-slides',
    language: 'en',
    weight: 2.2,
    habit: 'office',
    slots: {
      meeting: [
        'our weekly standup',
        'a two hour workshop',
        'the board meeting',
        'a retrospective',
        'a call with the new vendor',
        'the quarterly review',
      ],
      topic: [
        'hiring',
        'the budget for next year',
        'moving to a new office',
        'customer complaints',
        'the delayed release',
      ],
    },
    openers: [
      'Summarize my notes from {meeting} into decisions and action items. It was mostly about {topic}.',
      'Outline for a 10 slide presentation on {topic}, audience is senior management',
      'I have to moderate {meeting} on {topic} and two people always fight. How do I structure it?',
      'agenda for {meeting}, 45 min, topic {topic}',
      'turn this transcript of {meeting} into minutes pls, nobody wants to read 9 pages',
      'What should go on the first slide about {topic} so that people do not open their laptops?',
      'My boss wants OKRs for {topic} by Friday. Can you show me three good ones and why they are good?',
      'Icebreaker for {meeting} that is not embarrassing? We are 14 engineers.',
      'speaker notes for a slide about {topic}, i get nervous and forget half of it',
      'How do I tell {meeting} about {topic} without causing panic? I need a clear one-page memo.',
      'too many meetings. help me write a note that proposes to cancel {meeting} and do it in writing',
    ],
    pastes: [
      'notes: budget open, Tom says 12k too much // Ana will ask vendor // hiring paused until Q3?? // next mtg 14th // who tells the team -> nobody answered',
      '10:02 start, 3 late. Discussed release, moved by two weeks. Risk: translations. Action: write to customers (who?). Parking lot: office plants.',
    ],
    answers: [
      'Decisions first, then who does what by when, then open questions. Everything else about {topic} goes into an appendix.',
      'I would plan {meeting} backwards: the last ten minutes are for the decision, so everyone has to know the options by then.',
      'Start with the one number that matters for {topic}, say what it means, and end with what you ask of them.',
    ],
    turns: [
      [
        'make it fit on one page',
        'Done. I dropped the background and kept the three decisions and five tasks.',
      ],
      [
        'who should be the owner of the last point',
        'Someone who was in the room and can say no; otherwise it will come back next week.',
      ],
      [
        'can you add a timeline',
        'Added: two weeks to prepare, a trial in the third, and a review at the end of the month.',
      ],
    ],
  },
  {
    key: 'performance-reviews',
    language: 'en',
    weight: 1.2,
    habit: 'office',
    slots: {
      person: [
        'a junior designer',
        'my best engineer',
        'a nurse on my ward',
        'someone in customer support',
        'an assistant manager',
        'myself',
      ],
      trait: [
        'great work but always late',
        'quiet in meetings',
        'does not delegate',
        'helps everyone and finishes nothing',
        'improved a lot since spring',
      ],
    },
    openers: [
      'Help me write a performance review for {person}: {trait}.',
      'self assessment for my annual review, i am bad at bragging. role: {person}, {trait}',
      'How do I give feedback to {person} without crushing them? My notes say: {trait}.',
      'Phrases for a yearly appraisal of {person}, {trait}. They should not sound like a template.',
      'I manage {person}. The review form asks for strengths, growth areas and goals. Notes: {trait}.',
      'peer review due today!! need 150 words on {person}, {trait}',
      'What SMART goals would you set for {person}? So far: {trait}.',
      'I have to put {person} on an improvement plan and I feel awful. How do I word it fairly?',
      'write a recommendation for promotion, {person}, {trait}',
      'My manager rated me "meets expectations" for the third year. How do I respond in the review without sounding bitter?',
    ],
    answers: [
      'Describe what happened, what it led to, and what you would like to see. That way it is about the work and not about the character.',
      'Here is a draft with one strength, one thing to grow in, and a goal that can be checked in three months.',
      'Name two concrete results first. People can hear criticism once they have been seen.',
    ],
    turns: [
      [
        'a little warmer please',
        'Done. I opened with the project in March and said thank you for it in so many words.',
      ],
      ['what goals would fit', 'One about the habit, one about the result, and one the person chooses.'],
      [
        'and if they start crying?',
        'Pause, offer to go on tomorrow, and do not take anything back that you mean.',
      ],
    ],
  },
];
