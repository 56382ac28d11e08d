/** What `weigh` looks for. Lower case, a bar between two terms; a term may be a phrase. */
type Rule = {
  readonly category: string;
  /** 1: seldom means harm by itself; 2: may; 3: likely; 4: grave. */
  readonly weight: number;
  readonly terms: string;
};

export const RULES: readonly Rule[] = [
  {
    category: 'violence',
    weight: 1,
    terms:
      'kill|killing|stab|strangle|punch|assault|attack|fight|hitman|shoot|shooting|weapon|gore|torture|' +
      'matar|golpear|töten|schlagen|tuer|uccidere|убить|избить',
  },
  {
    category: 'violence',
    weight: 2,
    terms:
      'murder|massacre|assassinate|mutilate|behead|torture someone|beat up|beat him|beat her|' +
      'hurt someone|hurt him|hurt her|kill someone|kill people|kill him|kill her|kill them|' +
      'make him suffer|asesinar|ermorden|assassiner|assassinare|убийство',
  },
  {
    category: 'violence',
    weight: 3,
    terms:
      'mass shooting|school shooting|hire a hitman|get away with murder|kill my wife|kill my husband|' +
      'kill my boss|terrorist attack|how to murder|dispose of a body|hide a body|kill you',
  },
  {
    category: 'weapons',
    weight: 1,
    terms:
      'gun|guns|firearm|firearms|rifle|pistol|ammo|ammunition|knife|explosive|explosives|bomb|bombs|' +
      'grenade|arma|armas|bombe|waffe|waffen|fusil|pistola|оружие|бомба',
  },
  {
    category: 'weapons',
    weight: 2,
    terms:
      'silencer|suppressor|ghost gun|make a bomb|build a bomb|pipe bomb|molotov|molotov cocktail|' +
      'detonator|napalm|thermite|c4|3d printed gun|fabricar una bomba|bombe bauen|fabriquer une bombe|' +
      'сделать бомбу|nerve agent|sarin|anthrax|ricin|vx gas|dirty bomb|mustard gas|chemical weapon|' +
      'chemical weapons|bioweapon|biological weapon|nuclear bomb',
  },
  {
    category: 'weapons',
    weight: 3,
    terms:
      'synthesize sarin|make sarin|make ricin|make anthrax|make a pipe bomb|build a pipe bomb|weaponize|' +
      'nuclear weapon at home',
  },
  {
    category: 'self-harm',
    weight: 1,
    terms: 'self-harm|anorexia|bulimia|overdose|hopeless|worthless|automutilation|ritzen',
  },
  {
    category: 'self-harm',
    weight: 2,
    terms:
      'suicide|suicidal|cutting myself|cut myself|hurt myself|hurting myself|starve myself|want to die|' +
      'wanna die|better off dead|no reason to live|end it all|slit my wrists|suicidio|selbstmord|suizid|' +
      'autolesión|самоубийство|pro ana|thinspo',
  },
  {
    category: 'self-harm',
    weight: 3,
    terms:
      'kill myself|killing myself|end my life|take my own life|commit suicide|suicide note|lethal dose|' +
      'painless way to die|hang myself|quiero morir|quitarme la vida|mich umbringen|me suicider|' +
      'voglio morire|хочу умереть|slicing myself',
  },
  {
    category: 'sexual',
    weight: 1,
    terms:
      'porn|erotic|nude|nudes|nsfw|sex|sexual|sexy|fetish|orgasm|naked|horny|erótico|erotik|porno|sexo|' +
      'порно|секс',
  },
  {
    category: 'sexual',
    weight: 2,
    terms:
      'blowjob|cum|cock|pussy|dick|tits|fuck me|fucked her|masturbate|masturbating|explicit sex|erotica|' +
      'hardcore|bdsm|incest|revenge porn|deepfake|upskirt|slut|whore',
  },
  {
    category: 'sexual',
    weight: 3,
    terms:
      'rape|raped|raping|non-consensual|noncon|drug her|without her consent|violación|vergewaltigen|viol|' +
      'изнасилование|bestiality',
  },
  {
    category: 'minors',
    weight: 3,
    terms:
      'underage|preteen|loli|shota|lolita|jailbait|little girl sexual|teen sex|schoolgirl sex|' +
      'minors sexually|young girls naked',
  },
  {
    category: 'minors',
    weight: 4,
    terms:
      'child porn|child pornography|csam|child abuse material|sex with a child|sex with a minor|' +
      'sexual with a minor|sexualize children|sexually abuse a child|groom a child|grooming children|' +
      'grooming a minor|pornografía infantil|kinderpornographie|kinderpornografie|pédopornographie|' +
      'детское порно|molest a child|naked child|naked children',
  },
  { category: 'hate', weight: 1, terms: 'racist|racism|sexist|nazi|nazis|hitler|bigot|inferior|immigrants' },
  {
    category: 'hate',
    weight: 2,
    terms:
      'hate jews|hate blacks|hate muslims|hate gays|hate women|hate immigrants|white power|' +
      'white supremacy|white supremacist|master race|subhuman|subhumans|vermin|holocaust denial|' +
      'holocaust hoax|race war|go back to your country|retard|retards|tranny|ethnic cleansing|genocide',
  },
  {
    category: 'hate',
    weight: 3,
    terms:
      'nigger|niggers|faggot|faggots|kike|kikes|spic|chink|gook|wetback|gas the jews|kill all jews|' +
      'kill all muslims|exterminate|heil hitler|holocaust never happened|untermenschen',
  },
  {
    category: 'hacking',
    weight: 1,
    terms:
      'hack|hacking|hacker|exploit|malware|virus|botnet|spyware|phishing|hackear|piratear|pirater|' +
      'взломать',
  },
  {
    category: 'hacking',
    weight: 2,
    terms:
      'keylogger|ransomware|rootkit|trojan|ddos|ddos attack|brute force|sql injection attack|hack into|' +
      'steal passwords|steal password|crack password|crack passwords|bypass security|' +
      'bypass authentication|reverse shell|zero-day|hack someone|hack his|hack her|hack a|phishing email|' +
      'phishing page|phishing site|spoof|install spyware',
  },
  {
    category: 'hacking',
    weight: 3,
    terms:
      'write malware|create malware|write ransomware|create ransomware|create a virus|write a virus|' +
      'computer virus that|steal credit card|steal banking|steal credentials|hack bank|hack a bank|' +
      'credential stuffing|card skimmer',
  },
  {
    category: 'fraud',
    weight: 1,
    terms:
      'scam|fraud|counterfeit|forge|fake|bribe|blackmail|launder|plagiarize|estafa|betrug|fraude|' +
      'escroquerie|truffa|мошенничество',
  },
  {
    category: 'fraud',
    weight: 2,
    terms:
      'identity theft|money laundering|launder money|fake id|fake ids|fake passport|fake reviews|' +
      'fake documents|forged|forge a|counterfeit money|ponzi|ponzi scheme|pyramid scheme|insider trading|' +
      'tax evasion|evade taxes|credit card numbers|phishing scam|scam people|scam elderly|' +
      'blackmail someone|extort|extortion|bribery|shoplift|steal from|steal a|pick a lock|hotwire|rob a|' +
      'deceptive email|impersonate|falsify|fake news|disinformation|misinformation campaign',
  },
  {
    category: 'fraud',
    weight: 3,
    terms:
      'stolen credit card|stolen credit cards|credit card fraud|romance scam|defraud|steal identity|' +
      'steal someone|embezzle|rob a bank|human trafficking|trafficking people|sell organs',
  },
  {
    category: 'drugs',
    weight: 1,
    terms:
      'drugs|cocaine|heroin|meth|lsd|mdma|ecstasy|ketamine|fentanyl|opioid|steroids|weed|drogas|drogen|' +
      'drogues|droga|наркотики|кокаин',
  },
  {
    category: 'drugs',
    weight: 2,
    terms:
      'crystal meth|cook meth|make meth|crack cocaine|buy drugs|sell drugs|dealer|smuggle|smuggling|' +
      'dark web|darknet|date rape drug|ghb|rohypnol|grow weed|without a prescription|without prescription',
  },
  {
    category: 'drugs',
    weight: 3,
    terms:
      'synthesize meth|synthesize mdma|synthesize fentanyl|synthesize heroin|synthesise meth|' +
      'make methamphetamine|cook crystal meth|make lsd|drug trafficking|smuggle drugs|meth lab',
  },
  {
    category: 'harassment',
    weight: 1,
    terms: 'stalk|stalking|bully|bullying|harass|insult|threaten|acosar|mobbing|harceler',
  },
  {
    category: 'harassment',
    weight: 2,
    terms:
      'dox|doxx|doxxing|cyberbully|humiliate|track her|track him|spy on|her location without|' +
      'threatening message|threaten someone|manipulate her|gaslight|kys|find where she lives|' +
      'find where he lives|ruin her life|ruin his life',
  },
  {
    category: 'harassment',
    weight: 3,
    terms: 'death threat|death threats|swat someone|swatting|kill yourself|stalk my ex|stalk her|sextortion',
  },
  { category: 'jailbreak', weight: 1, terms: 'jailbreak|unfiltered|uncensored' },
  {
    category: 'jailbreak',
    weight: 2,
    terms:
      'ignore previous instructions|ignore all previous|ignore the above|ignore your guidelines|' +
      'ignore your instructions|developer mode|do anything now|no restrictions|without restrictions|' +
      'without any restrictions|no ethical|no moral|not bound by|free from all|bypass your|break free|' +
      'never refuse|cannot refuse|do not refuse|dan mode|stay in character|pretend you have no|' +
      'evil confidant|opposite mode|amoral|unethical|system prompt',
  },
  {
    category: 'asks-how',
    weight: 1,
    terms:
      'how to|how do i|how do you|how can i|how could i|how would i|how can one|how can you|how should i|' +
      'step by step|step-by-step|steps to|instructions|instructions for|guide|tutorial|write a|write me|' +
      'give me|teach me|tell me how|explain how|recipe for|show me how|ways to|best way to|cómo|' +
      'como fazer|wie kann ich|wie baue|comment faire|comment puis-je|come posso|как сделать|help me',
  },
  {
    category: 'unseen',
    weight: 1,
    terms:
      'without getting caught|without being caught|not get caught|avoid getting caught|avoid detection|' +
      'without being detected|undetectable|undetected|untraceable|unnoticed|without anyone knowing|' +
      'without them knowing|without her knowing|without him knowing|bypass|evade|get away with|secretly|' +
      'sin que me descubran|unbemerkt|sans se faire prendre|незаметно|illegally|cover my tracks',
  },
  {
    category: 'harmless-setting',
    weight: 1,
    terms:
      'python|linux|process|program|code|docker|windows|mac|javascript|server|terminal|thread|minecraft|' +
      'skyrim|fortnite|game|games|gta|call|of|duty|call-of-duty|xbox|playstation|d&d|dungeons|movie|film|' +
      'novel|fiction|history|historical|prevent|preventing|prevention|protect|protecting|avoid|recognise|' +
      'recognize|detect|awareness|victim|victims|time|photo|lights|weeds|mosquito|mosquitoes|bacteria|' +
      'germs|cancer|crossword|joke|recipe|garden|exam|party',
  },
];

/** Chinese, Japanese and Korean put no space between words: these are looked for as they stand. */
export const SPACELESS_RULES: readonly Rule[] = [
  { category: 'violence', weight: 2, terms: '杀人|谋杀|殺す|殺人|살인|죽이' },
  { category: 'weapons', weight: 2, terms: '炸弹|炸药|枪支|爆弾|폭탄|총기' },
  {
    category: 'self-harm',
    weight: 3,
    terms: '自杀|自殺|死にたい|자살|我想死|自残',
  },
  {
    category: 'sexual',
    weight: 2,
    terms: '色情|裸照|强奸|ポルノ|レイプ|포르노|강간',
  },
  { category: 'minors', weight: 4, terms: '儿童色情|児童ポルノ|아동 포르노' },
  {
    category: 'hacking',
    weight: 2,
    terms: '黑客|木马|钓鱼网站|ハッキング|해킹',
  },
  { category: 'fraud', weight: 2, terms: '诈骗|洗钱|伪造|詐欺|사기' },
  { category: 'drugs', weight: 2, terms: '毒品|冰毒|海洛因|麻薬|覚醒剤|마약' },
  {
    category: 'asks-how',
    weight: 1,
    terms: '如何|怎么|怎样|方法|教えて|作り方|어떻게|방법',
  },
];

/** Least concern by classifier flag; the first that fits counts. */
export const FLAGS: readonly {
  readonly pattern: RegExp;
  readonly level: number;
}[] = [
  { pattern: /minor|child|csam|csae/i, level: 5 },
  { pattern: /self.?harm|suicid|terror|cbrn|weapon|traffick/i, level: 4 },
  {
    pattern: /violen|threat|hate|harass|sexual|illicit|drug|fraud|scam|hack|malware|cyber|jailbreak|inject/i,
    level: 3,
  },
];
