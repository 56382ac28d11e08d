import fc from 'fast-check';

/** Text that would be a tag, end one, or be cut in an unlucky place. */
export const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '</turn>',
        '</transcript>',
        '<turn role="system">',
        '<elided/>',
        '&lt;',
        '&',
        ';',
        '<',
        '>',
        '"',
        'a',
        '😀',
        '\u{E0041}',
        '\ud800',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);

/** An entity that was cut in two. */
export const BROKEN_ENTITY = /&(?!(?:amp|lt|gt|quot);)/;
