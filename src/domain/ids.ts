/** Branded ids: a raw id can never be passed where a token is asked for. */
declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Keyed token of a conversation id (22+ URL-safe characters). */
export type ConversationToken = Brand<string, 'ConversationToken'>;
/** Keyed token of an account id (22+ URL-safe characters). */
export type AccountToken = Brand<string, 'AccountToken'>;
/** A cluster space: `watch/facet`; the default space is `all/request`. */
export type SpaceId = Brand<string, 'SpaceId'>;

export const conversationToken = (raw: string): ConversationToken => raw as ConversationToken;
export const accountToken = (raw: string): AccountToken => raw as AccountToken;

/** Stands for no watch: all conversations. */
export const ALL = 'all';
export const spaceId = (watch: string, facet: string): SpaceId => `${watch}/${facet}` as SpaceId;
export const DEFAULT_SPACE = spaceId(ALL, 'request');
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
