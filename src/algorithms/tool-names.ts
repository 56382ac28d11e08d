/** Names of tools, which users make up: of them only what can name nobody is kept. */
import { check } from './redact.ts';

/** Stands for every tool whose name is not told. Nobody can call one so: it is no name in the Messages API. */
export const OTHER_TOOL = '(other)';

/** What tools are called by in the Messages API. */
const NAME = /^[a-zA-Z0-9_.:-]{1,64}$/;
const WORD = /^(?<letters>[a-z]{0,20})(?<digits>\d{0,3})$/;
/** In the whole name: more are a telephone, an account or a key. */
const DIGITS = 4;
const WORDS = 10;

/** What tools do, and what they do it with, in the words that their names are made of. */
const VOCABULARY = new Set(
  (
    'a access account accounts action actions activity add address agent ai alert alerts all an analysis analytics analyze and answer api app append apply ' +
    'approve apps archive article ask assign asset assistant at attachment attachments audio audit auth availability balance based bash batch block blog board book ' +
    'booking branch browse browser bucket budget build builder bulk buy by cache calc calculate calculator calendar call campaign cancel card cards cart case catalog ' +
    'category change channel channels chart chat check checkout clear cli click client close cloud code command comment comments commit company compare ' +
    'complete component compose computer config configuration connect contact contacts container content context control convert copy cost count create crm ' +
    'cron csv currency current customer customers data database date day db debug decode delete deploy deployment describe design details detect device diff ' +
    'directory dispatch doc docker docs document documents domain download draft drive edit editor email emails embed employee encode end endpoint entities entity env ' +
    'environment error estimate evaluate event events exchange exec execute exit expense explain export extract fetch field file files fill filter final find fix flight flights ' +
    'flow folder folders forecast form format forward from function functions generate geocode get git github gitlab glob gmail go google graph grep group groups guide handle help ' +
    'history home hotel hotels html http id image images import in inbox index info inbound ingest input insert inspect instance install interpreter inventory invite invoice ' +
    'invoices issue issues item items jira job jobs js json key keyboard kill knowledge kubernetes label language last latest launch lead leads library line link linear list lists load ' +
    'local location log login logs lookup ls mail make manage map maps markdown mcp media meeting meetings member members memory merge message messages metadata metrics microsoft mkdir model monitor ' +
    'mouse move multi my navigate network new news node note notebook notes notification notify notion now number object of office on open operation operator or order orders org organization ' +
    'outline output page pages parse patch path pause pay payment payments pdf people permissions phone photo photos ping place places plan play playlist plot plugin policy poll ' +
    'post posts prepare preview price prices print process product products profile project projects prompt property provider publish pull purchase push put python queries ' +
    'query question queue quote read reader receipt recent recipe recommend record records redirect refresh refund refunds register reindex reject release reload reminder reminders remote remove ' +
    'rename render replace reply repo report reports repository request requests reservation reserve reset resize resolve resource resources response restart restaurant restaurants result results ' +
    'retrieve return review reviews role room rooms route row rows run runner salesforce sandbox save scan schedule schema score scrape screen screenshot script scroll search security select ' +
    'send sensor server service services session set settings share sheet sheets shell shipment shipping shop show sign site size slack slides sms sort source space spec speech split spreadsheet sql ' +
    'start state status step stock stocks stop storage store str stream string stripe style submit subscribe subscription subtask summarize summary support suggest switch symbol sync system tab table tables tag ' +
    'tags task tasks team teams template terminal test tests text think thread ticket tickets time timer timezone title to todo todos toggle token tool tools top topic trace track tracking trade ' +
    'transaction transactions transcribe transfer transform translate travel tree trello trigger type typescript undo unit update upload uri url usage use user users utils validate value variable vector verify ' +
    'version video view vision voice wait watch weather web webhook website wiki wikipedia with word workflow workspace world write writer xml yaml youtube zip zoom'
  ).split(' '),
);

/**
 * A name as it may be kept: made of words that say what tools do and with what, and of nothing that looks private; else `OTHER_TOOL`.
 * A name such as `email_jane_doe` has no form that redaction could know: words are known here, not guessed at. O(length).
 * @param own names that are kept as they are
 */
export function toolName(name: string, own: ReadonlySet<string>): string {
  if (!NAME.test(name)) return OTHER_TOOL;
  if (own.has(name)) return name;
  const words = wordsOf(name);
  if (words.length === 0 || words.length > WORDS || !words.every(isKnown)) return OTHER_TOOL;
  if (name.replace(/\D/g, '').length > DIGITS) return OTHER_TOOL;
  return check(name) === null && check(words.join(' ')) === null ? name : OTHER_TOOL;
}

function isKnown(word: string): boolean {
  const letters = WORD.exec(word)?.groups?.letters;
  if (letters === undefined) return false;
  return letters === '' || letters === 'v' || VOCABULARY.has(letters);
}

/** `getUserInfo_v2`: get, user, info, v2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _.:-]+/)
    .filter((word) => word !== '');
}
