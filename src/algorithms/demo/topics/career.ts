import type { Topic } from '../topic.ts';

/** Applying for work. */
export const CAREER: readonly Topic[] = [
  {
    key: 'cover-letters',
    language: 'en',
    weight: 3,
    habit: 'office',
    slots: {
      job: [
        'a dental assistant position',
        'a junior data analyst role',
        'a teaching job at a primary school',
        'a warehouse supervisor position',
        'a barista job',
        'an internship at an architecture firm',
        'a project manager role',
      ],
      past: [
        'five years in retail',
        'a gap of two years for my kids',
        'a degree in history',
        'a bootcamp and no job yet',
        'ten years in the army',
        'only babysitting experience',
      ],
    },
    openers: [
      'Write a cover letter for {job}. My background: {past}.',
      'cover letter for {job}, I have {past}, they want one page',
      'I am applying for {job} with {past}. How do I make that sound like a strength in the cover letter?',
      'Can you look at my cover letter for {job}? It starts with "I am writing to apply" and I hate it.',
      'need a cover letter today for {job} pls dont make it sound like AI',
      'Motivation letter for {job}, 300 words, warm but not gushing. I have {past}.',
      'How long should a cover letter for {job} be, and should I mention {past}?',
      'Adapt my old cover letter to {job}. The old one was for a completely different field, I have {past}.',
      'who do i address a cover letter to if the ad for {job} has no name',
      'The posting for {job} asks for salary expectations in the cover letter. Where do I put them?',
      'first job ever!! cover letter for {job}, i only have {past}',
    ],
    answers: [
      'I would open with one concrete thing you did and tie it to {job}. Here is a draft of 240 words.',
      'Say it in one plain sentence and move on: {past} taught you something they need. Then show what.',
      'Dear hiring team,\n\nwhat drew me to your advertisement was the last line about taking time for people. That is what I have done best so far.',
    ],
    turns: [
      [
        'sounds too formal for me',
        'Rewritten the way you would say it across a table, with shorter sentences.',
      ],
      [
        'can you mention that I speak Polish',
        'Added to the second paragraph, with an example of when it helped.',
      ],
      [
        'shorter, it has to fit the web form',
        'Down to 140 words. I kept the example and dropped the summary of your CV.',
      ],
    ],
  },
  {
    key: 'resumes',
    language: 'en',
    weight: 2.2,
    habit: 'office',
    slots: {
      role: [
        'sales rep',
        'nurse',
        'mechanical engineer',
        'line cook',
        'office manager',
        'truck driver',
        'UX designer',
      ],
      issue: [
        'it is three pages long',
        'I was fired from the last job',
        'I never finished college',
        'all my jobs were short',
        'I change careers at 45',
      ],
    },
    openers: [
      'Improve my resume for a {role} position. The trouble is that {issue}.',
      'bullet points for my resume, {role}, 6 years. strong verbs please',
      'How do I deal with it on my CV that {issue}? I am a {role}.',
      'resume summary for a {role}, two lines, no buzzwords',
      'Will a resume with two columns get through the applicant tracking systems? I am a {role}.',
      'Turn my duties as {role} into achievements with numbers. I mostly answered phones and kept the place running.',
      'what skills to put on a resume for {role} if {issue}',
      'Tailor my resume to this {role} posting: they want teamwork, Excel and night shifts.',
      'is it ok to leave a job off my resume when {issue}?',
      'Rewrite my LinkedIn headline and about section, I am a {role} and open to work.',
      'How far back should a CV go for a {role} with 25 years behind them?',
    ],
    pastes: [
      '2019-2024 Sunrise Hardware, cashier then shift lead. Opening, closing, cash, ordering, training new people. 2017-2019 various temp jobs.',
    ],
    answers: [
      'Each bullet: what you did, how much of it, and what changed. "Trained 9 new colleagues; none left in the first year."',
      'Put it in one line without an excuse. People who read many resumes mind gaps less than hiding them.',
      'I cut it to one page: the last ten years in full, everything before in a single line.',
    ],
    turns: [
      [
        'I dont have any numbers',
        'Estimate honestly: how many customers a day, how large the team, how often. A range is fine.',
      ],
      ['which font', 'Any plain one at 10.5 or 11 points. Nobody was ever hired for a font.'],
      [
        'should I add a photo',
        'In the US and the UK, no. In Germany it is still common, though not required.',
      ],
    ],
  },
];
