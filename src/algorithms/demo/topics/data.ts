import type { Topic } from '../topic.ts';

/** Tables and numbers. */
export const DATA: readonly Topic[] = [
  {
    key: 'sql',
    language: 'en',
    weight: 3,
    habit: 'office',
    surface: 'ide',
    slots: {
      tables: [
        'orders and customers',
        'users and logins',
        'invoices and payments',
        'products and reviews',
        'employees and departments',
      ],
      goal: [
        'the latest row per customer',
        'customers who never ordered',
        'a running total by month',
        'the top 3 per category',
        'duplicates and keep the oldest',
      ],
      db: ['Postgres', 'MySQL', 'SQL Server', 'BigQuery', 'SQLite'],
    },
    openers: [
      'SQL query to get {goal} from {tables}?',
      'I have two tables, {tables}. I need {goal} and my join returns far too many rows. {db}.',
      'why is this {db} query slow, it joins {tables} and takes 40 seconds',
      'how do i find {goal} in {db}',
      'Explain window functions with an example on {tables}, I want {goal}.',
      'LEFT JOIN vs INNER JOIN on {tables}, when do I lose rows? My sql report is missing people.',
      'Write a {db} migration that splits the address column into street, zip and city without downtime.',
      'Which index helps for {goal} on {tables}? The table has 80 million rows in {db}.',
      'sql homework: {tables}, list {goal}. i am not allowed to use window functions',
      'Translate this from {db} to Postgres for me, it selects {goal}.\n\n```sql\nSELECT TOP 10 * FROM t\n```',
      'My boss wants {goal} every Monday from {tables}. Is a view or a materialized view better in {db}?',
      'group by error in {db}: column must appear in the group by clause. I only want {goal}!',
    ],
    pastes: [
      "select c.name, o.total from customers c left join orders o on o.customer_id = c.id where o.created_at > now() - interval '30 days'",
      'ERROR: column "o.total" must appear in the GROUP BY clause or be used in an aggregate function',
    ],
    answers: [
      'Number the rows within each group and keep the first: `row_number() over (partition by customer_id order by created_at desc)`, then filter on 1 outside.',
      'The join multiplies rows because one side has several matches. Aggregate that side first, then join.',
      'Run it with `explain analyze`. If it says sequential scan on the large table, an index on the join column should help most.',
    ],
    turns: [
      [
        'works but its still slow',
        'Then add a partial index for the rows you filter on. It is smaller and {db} will prefer it.',
      ],
      [
        'what if two rows have the same date',
        'Add the id as a second sort column, so that the order is always decided.',
      ],
      [
        'can you do it without a subquery',
        'In {db}, yes, with `distinct on` or `qualify` where it is supported. Here are both.',
      ],
    ],
  },
  {
    key: 'excel',
    language: 'en',
    weight: 4,
    habit: 'office',
    slots: {
      need: [
        'sums only the green rows',
        'finds the price for a product code',
        'counts unique names per month',
        'highlights overdue dates',
        'splits first and last names',
        'turns 1,234.50 text into numbers',
      ],
      sheet: [
        'a staff rota',
        'our stock list',
        'a budget for the club',
        'an attendance sheet',
        'a list of 3,000 addresses',
        'monthly sales',
      ],
      app: ['Excel', 'Google Sheets', 'excel 2016', 'LibreOffice'],
    },
    openers: [
      'What {app} formula {need}? It is for {sheet}.',
      'excel formula that {need} pls',
      'VLOOKUP gives me #N/A although the value is clearly there. The file is {sheet} in {app}.',
      'I have {sheet} in {app}. I need something that {need}, and it has to keep working when I add rows.',
      'How do I make a pivot table from {sheet}? I never understood where to drag things in {app}.',
      'my boss gave me {sheet} and wants a chart by tomorrow. never used {app} beyond typing numbers in',
      'Write a macro for {app} that {need} and saves a copy as PDF.',
      'In {app}, how can I stop people from typing the wrong thing into {sheet}? A dropdown would be nice.',
      'spreadsheet of {sheet}, dates are text and sorting is wrong. how to convert in {app}',
      'XLOOKUP or INDEX MATCH for {sheet}? Some colleagues still use excel 2016.',
      'is there a way in {app} that {need} without dragging the formula down 3000 rows',
      'conditional formatting that {need}, the rule only colors the first column',
    ],
    answers: [
      'Use SUMIFS with a helper column; formulas cannot see colors. Put the reason for the color into that column and sum by it.',
      'The lookup value probably has a space at the end. Wrap both sides in TRIM, and check that one is not text and the other a number.',
      'Turn the range into a table with Ctrl+T. Then the formula fills itself down and follows new rows.',
    ],
    turns: [
      ['it says #VALUE!', 'One of the cells is text. `=ISTEXT(A2)` copied down will show which.'],
      [
        'how do I copy it to the other sheets',
        'Select all the tabs while holding Ctrl and type it once. Do not forget to ungroup them again.',
      ],
      [
        'does that work in google sheets too',
        'Yes, apart from the separators: with a German locale it wants semicolons.',
      ],
    ],
  },
  {
    key: 'statistics',
    language: 'en',
    weight: 1.6,
    habit: 'school',
    slots: {
      test: [
        'a t-test',
        'ANOVA',
        'a chi-square test',
        'Mann-Whitney',
        'a logistic regression',
        'a mixed model',
      ],
      data: [
        'two groups of 18 patients',
        'survey answers from 1 to 5',
        'reaction times of 40 students',
        'plant heights in three soils',
        'before and after scores',
      ],
      idea: [
        'a p-value',
        'a confidence interval',
        'statistical power',
        'the central limit theorem',
        'multicollinearity',
        'degrees of freedom',
      ],
    },
    openers: [
      'Which statistical test do I use for {data}? My supervisor said {test} but I am not sure.',
      'what does {idea} actually mean in plain words, my stats exam is on thursday',
      'I ran {test} on {data} and got p = 0.06. How do I report that honestly?',
      'Explain {idea} to me with a simple example. I have {data}.',
      'how big a sample do i need for {test}, effect size medium, thesis in psychology',
      'stats: {data}, not normal, small n. is {test} still ok',
      'Can you check my interpretation of {test}? The data are {data} and the effect goes the wrong way.',
      'R code for {test} on {data} with a nice plot of the result please',
      'difference between standard deviation and standard error??? i have {data} and my prof marked it wrong twice',
      'My reviewer asks for effect sizes instead of p-values. How do I compute one after {test}?',
      'Do I have to correct for multiple comparisons if I ran {test} four times on {data}?',
    ],
    answers: [
      'For {data} the question is whether the observations are independent. If each person appears twice, use the paired version.',
      'Think of {idea} as a statement about the method, not about this one result: if you repeated the study many times, it tells how often you would be misled.',
      'Report the estimate with its interval first, then the p-value. "No significant difference" is not "no difference".',
    ],
    turns: [
      [
        'so i cant say its significant?',
        'Not at the usual level. You can say the data are compatible with no effect and with a moderate one.',
      ],
      [
        'how do I write that up in APA style',
        'Like this: t(34) = 1.94, p = .060, d = 0.64, 95% CI [-0.03, 1.31].',
      ],
      [
        'what if the variances are different',
        "Use Welch's version. It costs almost nothing when they are equal after all.",
      ],
    ],
  },
];
