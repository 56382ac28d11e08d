import type { Topic } from '../topic.ts';

/** Going away, or not. */
export const TRAVEL: readonly Topic[] = [
  {
    key: 'travel-itineraries',
    language: 'en',
    weight: 2.2,
    habit: 'evening',
    slots: {
      place: [
        'Lisbon',
        'Japan',
        'the Scottish Highlands',
        'Mexico City',
        'Iceland',
        'northern Italy',
        'Vietnam',
        'New Orleans',
      ],
      crew: [
        'two adults and a toddler',
        'two seniors who walk slowly',
        'a family of five',
        'four friends on a budget',
        'a couple on honeymoon',
      ],
      length: ['3 days', 'a week', '10 days', 'a long weekend'],
    },
    openers: [
      'Plan {length} in {place} for {crew}.',
      '{place} itinerary, {length}, we hate museums',
      'What is the best time of year to visit {place}? We are {crew}.',
      'Hidden spots in {place} that are not on every list?',
      'how much money do i need per day in {place}, cheap but not hostel cheap',
      'Packing list for {place} in October, carry-on only, {length}.',
      'Is {length} enough for {place}, or should we stay longer and skip something?',
      'where to stay in {place}, {crew}, quiet at night',
      'road trip through {place} in {length}, max 3 hours driving a day pls',
      'Food in {place} that we must try? One of us is vegetarian.',
      'Do I need a visa or vaccinations for {place}? I stay for {length}.',
    ],
    answers: [
      'A gentle plan for {place}: one fixed thing a day, in the morning, and the rest of the day by foot from there.',
      'Late spring or early fall: warm enough to sit outside, and half the people.',
      'For {length} I would sleep in two places, not four. Every move costs half a day.',
    ],
    turns: [
      ['what if it rains', 'Then swap day two and three; the covered market is the best place to be wet in.'],
      ['cheaper?', 'Stay one stop further out and eat your large meal at noon. That saves about a third.'],
      [
        'put it in a table with times',
        'Here it is, with the walking times and one free hour every afternoon.',
      ],
    ],
  },
  {
    key: 'travel-cancellations',
    language: 'en',
    weight: 1.5,
    habit: 'any',
    surface: 'mobile',
    slots: {
      leg: [
        'my flight to Denver',
        'our connection in Frankfurt',
        'the ferry to the island',
        'my train to Chicago',
        'our flight home',
        'the early flight tomorrow',
      ],
      booked: [
        'with miles',
        'through a booking site',
        'with the airline itself',
        'as a package with hotel',
        'with basic economy',
      ],
    },
    openers: [
      '{leg} was cancelled. Am I entitled to a refund? I booked {booked}.',
      '{leg} got canceled, they only offer a voucher. can i ask for money',
      'Write a message to the airline asking for compensation, {leg} was 6 hours late.',
      'How do I rebook when {leg} is cancelled and the hotline does not answer? Booked {booked}.',
      'stuck at the airport, {leg} cancelled, who pays the hotel??',
      'The airline cancelled {leg} and the hotel will not refund us. We booked {booked}.',
      'do i lose my return flight if i miss {leg} because of the cancellation',
      'Does travel insurance cover a cancelled flight? It is {leg}, booked {booked}.',
      'refund request template for a cancelled flight, booked {booked}, 2 passengers',
      '{leg} moved by 9 hours, does a schedule change count as cancellation for a refund',
    ],
    answers: [
      'If the airline cancels, you may choose between money back and another flight; a voucher is an offer, not a duty.',
      'Try the app and the chat at the same time as the line, and ask for a flight by name. Keep receipts for food and hotel.',
      'When it was booked {booked}, the request goes to whoever took the money. Here is a message you can send.',
    ],
    turns: [
      [
        'they say it was the weather',
        'Then usually no compensation, but still a refund or another flight, and care while you wait.',
      ],
      ['how long does the refund take', 'Seven to twenty days as a rule. Ask for a reference number.'],
      [
        'can I book with another airline myself',
        'Ask them to do it first. If they refuse, note the name and time, and keep the receipt.',
      ],
    ],
  },
];
