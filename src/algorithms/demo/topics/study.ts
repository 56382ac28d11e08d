import type { Topic } from '../topic.ts';

/** School and university. */
export const STUDY: readonly Topic[] = [
  {
    key: 'math-homework',
    language: 'en',
    weight: 3,
    habit: 'school',
    slots: {
      problem: [
        '3x^2 - 5x - 2 = 0',
        '2(x - 4) = 3x + 7',
        'the integral of x e^x',
        'the derivative of ln(x^2 + 1)',
        'lim x->0 of sin(3x)/x',
        'a system of two equations',
      ],
      area: [
        'fractions',
        'logarithms',
        'trig identities',
        'matrices',
        'probability with dice',
        'vectors',
        'long division',
      ],
    },
    openers: [
      'Solve {problem} step by step, I have to understand it for the test.',
      'math homework help: {problem}',
      'I do not get {area} at all. My teacher goes so fast. Can you explain it like I am twelve?',
      'what did I do wrong with {problem}? i get a negative number and the book says its positive',
      'My daughter is in 7th grade and stuck on {area}, and I forgot all of it. How can I explain it to her?',
      'Give me ten practice problems on {area} with answers at the end.',
      'how do i know which formula to use for {area}',
      'Is there a trick for {area} that works without a calculator?',
      'prove that the square root of 2 is irrational, simple words pls, due tomorrow',
      'calculus 1: {problem}. I know the rule but not why it works.',
      'word problem: two trains leave at 9, one goes 80 km/h... when do they meet?? show every step',
      'check my work on {problem} and only tell me where the first mistake is, not the answer',
    ],
    answers: [
      'Step by step, then. First bring everything to one side, then see whether it factors. What do you get?',
      'Think of a pizza cut into equal slices. {area} is only about how many slices you have and how large they are.',
      'Your method is right; the sign is lost in the second line, where the bracket is opened.',
    ],
    turns: [
      [
        'ohhh ok. what about {problem}',
        'The same idea: collect, factor, check by putting the answer back in.',
      ],
      [
        'why can you divide both sides',
        'Because both sides are the same number, and equals divided by equals stay equal. Only zero is forbidden.',
      ],
      [
        'one more example please',
        'Here is one with other numbers. Try the first line yourself before you look at mine.',
      ],
    ],
  },
  {
    key: 'essays',
    language: 'en',
    weight: 3,
    habit: 'school',
    slots: {
      book: [
        'Macbeth',
        'The Great Gatsby',
        'To Kill a Mockingbird',
        '1984',
        'Frankenstein',
        'Of Mice and Men',
      ],
      theme: ['ambition', 'guilt', 'the American dream', 'friendship', 'power', 'loneliness'],
      subject: [
        'school uniforms',
        'social media and teenagers',
        'nuclear energy',
        'a four day school week',
        'zoos',
      ],
    },
    openers: [
      'Help me with a thesis statement for an essay on {theme} in {book}.',
      'essay outline {book}, theme {theme}, 5 paragraphs',
      'I have to write an argumentative essay about {subject}. What are good arguments on both sides?',
      'can you give feedback on my intro? its an english essay about {subject} and my teacher says it is vague',
      'What quotes from {book} show {theme}? I have to write 900 words by Monday.',
      'my conclusion just repeats the intro. essay on {theme} in {book}, how do i end it better',
      'How do I write a hook for an essay about {subject} that is not a dictionary definition?',
      'College application essay: I want to write about moving countries when I was ten. How do I start?',
      'Please proofread my essay on {subject} for grammar and flow, but keep my own words.',
      'compare and contrast essay {book} and the movie, need a structure',
      'My essay about {subject} is 400 words over the limit. What can usually go?',
      'how to cite a website in MLA inside an essay on {subject}',
    ],
    pastes: [
      "In today's society there are many opinions about this. Some people think it is good and some think it is bad. In this essay I will discuss both sides and then give my opinion.",
      'To sum up, there are good points on both sides. As I have shown, it is a difficult question, and everyone has to decide for themselves what they think about it.',
    ],
    answers: [
      'A thesis has to be something one could disagree with. For example: the end shows that {theme} was never the real cause.',
      'Outline: the question, two paragraphs for, one honest paragraph against, and what follows from it.',
      'Cut the first two sentences. Your third is the real beginning, and it is good.',
    ],
    turns: [
      [
        'is this better: "Many people think..."',
        'Who are they? Name one and say what they claim, then it is alive.',
      ],
      [
        'I need one more paragraph',
        'Take the strongest objection and answer it. That is worth more than a third example.',
      ],
      [
        'can you explain what you changed',
        'I joined two sentences, took out "very" four times, and moved your best point to the end.',
      ],
    ],
  },
  {
    key: 'science-history',
    language: 'en',
    weight: 2.4,
    habit: 'school',
    slots: {
      thing: [
        'photosynthesis',
        'the causes of World War I',
        'plate tectonics',
        'the French Revolution',
        'how vaccines work',
        'osmosis',
        'the Cold War',
        'black holes',
        'mitosis and meiosis',
      ],
      level: [
        'for a 10 year old',
        'for my biology final',
        'in five sentences',
        'with an everyday comparison',
        'for 9th grade',
      ],
    },
    openers: [
      'Explain {thing} {level}.',
      'can u explain {thing} {level}, the textbook makes no sense',
      'I have a test on {thing} tomorrow. Quiz me with short questions and correct me.',
      'Make a study guide about {thing} {level} with the key terms.',
      'flashcards on {thing}, 15 of them, question - answer',
      'Why does {thing} matter today? I need two examples for class.',
      'What is the most common mistake students make about {thing}?',
      'timeline or diagram in text for {thing} pls',
      'My son asked me about {thing} at dinner and I had no idea. {level} please!',
      'is it true that {thing} is taught wrong in most schools? teacher said so today',
      'Mnemonic to remember the steps of {thing}?',
    ],
    answers: [
      'In short: {thing} is about how something small, repeated many times, adds up to something large. Let me take it in three steps.',
      'First question: what has to be there before it can begin? Answer in a sentence, then we go on.',
      'Here is a guide of one page: what it is, why it happens, three terms to know, and a typical exam question.',
    ],
    turns: [
      [
        'what does that word mean',
        'It is only a name for the part in the middle. Think of it as a door that opens one way.',
      ],
      ['quiz me again but harder', 'All right. What would happen if one of the steps were left out?'],
      [
        'so basically its about energy?',
        'Largely, yes: where it comes from, where it goes, and who pays for it.',
      ],
    ],
  },
];
