import type { Topic } from '../topic.ts';

/** Selling things. */
export const BUSINESS: readonly Topic[] = [
  {
    key: 'marketing',
    language: 'en',
    weight: 2.5,
    habit: 'office',
    slots: {
      product: [
        'a yoga studio',
        'handmade candles',
        'a dog walking app',
        'a local bakery',
        'online piano lessons',
        'a B2B invoicing tool',
        'refillable soap',
      ],
      channel: ['Instagram', 'LinkedIn', 'a newsletter', 'TikTok', 'Google ads', 'a flyer'],
      crowd: ['busy parents', 'students', 'people over 60', 'small firms', 'runners'],
    },
    openers: [
      'Write five {channel} posts for {product}. Target group: {crowd}.',
      'need a slogan for {product}, short, funny, no puns on the name',
      'Content calendar for {product} on {channel}, four weeks, we can post three times a week.',
      'How do I advertise {product} to {crowd} with 200 dollars a month?',
      'captions for a reel about {product} pls, with hashtags',
      'Our {channel} campaign for {product} gets clicks and no sales. What would you check?',
      'Write ad copy for {product}, headline max 30 characters, two descriptions of 90.',
      'A/B test ideas for the landing page of {product}? Most visitors are {crowd}.',
      'who is the customer for {product}? do me a persona, we think its {crowd}',
      'I run {product} alone and hate marketing. What is the one thing on {channel} I should not skip?',
      'Rewrite our about page for {product} so that it speaks to {crowd} and does not say "passionate" anywhere.',
    ],
    answers: [
      'Here are five, each with one idea: the moment it is needed, a customer, a look behind the scenes, a question, and an offer.',
      'For {crowd} I would lead with the time they save, show one real picture, and ask for one small step.',
      'First compare what the ad promises with what the page says. If the words differ, people leave within seconds.',
    ],
    turns: [
      ['more playful!', 'Turned up: shorter sentences, one joke each, and the emoji only at the end.'],
      [
        'what time should I post',
        'When {crowd} look at their phones anyway. Try early evening for two weeks, then compare.',
      ],
      [
        'can you write it for {channel} too',
        'Yes. There the first line has to carry it, so I moved the benefit up.',
      ],
    ],
  },
  {
    key: 'product-copy',
    language: 'en',
    weight: 1.2,
    habit: 'office',
    surface: 'api',
    slots: {
      item: [
        'a stainless steel water bottle',
        'a linen tablecloth',
        'wireless earbuds',
        'a folding camping chair',
        'a ceramic teapot',
        'kids rain boots',
        'an oak bookshelf',
        'a yoga mat',
      ],
      shop: ['Etsy', 'Amazon', 'our Shopify store', 'eBay'],
    },
    openers: [
      'Write a product description for {item}. About 80 words, for {shop}.',
      'Product listing title and five bullet points: {item}, {shop}.',
      'product description {item}, friendly tone, mention free returns',
      'Describe {item} for {shop} in two sentences without using the words perfect, elevate or stunning.',
      'Improve this product description for {shop}: "{item}, very good quality, many colors".',
      'I sell {item} on {shop}. The descriptions all sound the same, can you write three that differ?',
      'Short product text for {item}: materials, size, care instructions, one line on who it is for.',
      'seo friendly listing for {item} on {shop}, keywords should not be stuffed',
      'what should a product page for {item} contain so that fewer people send it back?',
      'Translate the features of {item} into benefits for a {shop} product description.',
    ],
    answers: [
      'Made for every day: {item} that does its job quietly and lasts. Easy to clean, easy to store, and yours to return within 30 days.',
      'Title: {item}. Bullets: material, size and weight, what it is for, care, what is in the box.',
      'I put the size and the material into the first line. Most returns come from people who imagined it larger.',
    ],
    turns: [
      ['shorter, 50 words', 'Done, 48 words. The care instructions moved to the bullet list.'],
      ['now the same for {item} in black', 'Here it is; only the first line and the color name changed.'],
    ],
  },
  {
    key: 'small-business',
    language: 'en',
    weight: 1.6,
    habit: 'office',
    slots: {
      firm: [
        'a food truck',
        'a cleaning company',
        'a one-woman bookkeeping practice',
        'a bike repair shop',
        'a nail salon',
        'a gardening service',
      ],
      question: [
        'how much to charge per hour',
        'whether to form an LLC',
        'how to find the first ten customers',
        'whether to hire someone',
        'how to write a business plan for the bank',
      ],
    },
    openers: [
      'I want to start {firm} and do not know {question}. Where do I begin?',
      'starting {firm} with 8k savings, realistic or stupid?',
      'Write a one-page business plan for {firm}. The bank wants to see costs for the first year.',
      'I run {firm} and I am thinking about {question}. What would you look at?',
      'name ideas for {firm}, not cheesy, domain should be free',
      'a customer of {firm} wont pay and it is 900 dollars. what are my options before a lawyer',
      'How do I work out my prices for {firm}? I think I am far too cheap.',
      'Break-even for {firm}: rent 1,100, insurance 95, I can do about 30 jobs a month.',
      'My partner and I want to split {firm} 50/50. What should be in the agreement?',
      'pros and cons of a franchise versus my own {firm}',
      'Terms and conditions for {firm} in plain language, mainly for cancellations',
    ],
    answers: [
      'Start with the hours you can really sell in a month, not the hours you work. Costs divided by those is the floor for your price.',
      'For {firm} three numbers decide: what one job brings, how many you can do, and what you pay even when there are none.',
      'I would try it small for eight weeks with a fixed sum you can lose, and write down beforehand what would make you stop.',
    ],
    turns: [
      [
        'that price seems high for my town',
        'Then sell a smaller package at that rate. A lower rate is hard to raise later.',
      ],
      [
        'do I need insurance',
        'Liability yes, from the first job. For {firm} it is usually cheaper than people fear.',
      ],
      [
        'ok and taxes?',
        'Put a third of every payment aside in another account, and you will sleep well in April.',
      ],
    ],
  },
];
