/** Names are made of the words of real tweets: on a page that anybody reads, insults are told by their first letter. */
const INSULTS = /\b(?:nigg|bitch|shit|fuck|cunt|faggot|whore)\w*/gi;

export const decent = (name: string): string =>
  name.replace(INSULTS, (word) => `${word[0]}${'\\*'.repeat(word.length - 1)}`);
