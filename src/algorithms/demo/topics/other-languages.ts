import type { Topic } from '../topic.ts';

/** German, Japanese, Chinese and Arabic. */
export const OTHER_LANGUAGES: readonly Topic[] = [
  {
    key: 'de-bewerbung',
    language: 'de',
    weight: 1.3,
    habit: 'office',
    slots: {
      stelle: [
        'eine Stelle als Erzieherin',
        'eine Ausbildung zum Elektroniker',
        'einen Job im Lager',
        'ein Praktikum in einer Bank',
        'eine Teilzeitstelle im Büro',
      ],
      sache: ['meine Gehaltserhöhung', 'den Resturlaub', 'eine Krankmeldung', 'ein Missverständnis im Team'],
    },
    openers: [
      'Kannst du mir ein Anschreiben für {stelle} schreiben?',
      'bewerbung für {stelle}, kurz und nicht so steif bitte',
      'Wie formuliere ich eine E-Mail an meinen Chef, es geht um {sache}?',
      'Ich habe morgen ein Vorstellungsgespräch für {stelle}. Was fragen die da meistens?',
      'Kündigung schreiben, Frist vier Wochen, freundlich bleiben',
      'Was bedeutet im Arbeitszeugnis „stets bemüht“? Ich brauche es für {stelle}.',
      'mail an die personalabteilung, es geht um {sache}, bitte höflich',
      'Lebenslauf mit Lücke von einem Jahr, wie erkläre ich das bei {stelle}?',
    ],
    answers: [
      'Gern. Ich beginne mit einem konkreten Beispiel und bleibe unter einer Seite.',
      'Hier ein Entwurf: sachlich, freundlich, mit der Bitte gleich im ersten Satz.',
    ],
    turns: [
      ['etwas lockerer', 'Gemacht. Kürzere Sätze und kein „hiermit“ mehr.'],
      ['soll ich das per Post schicken?', 'E-Mail reicht meist. Bei einer Kündigung gehört sie auf Papier.'],
    ],
  },
  {
    key: 'de-haushalt',
    language: 'de',
    weight: 1.1,
    habit: 'evening',
    surface: 'mobile',
    slots: {
      problem: [
        'Schimmel im Bad',
        'eine verstopfte Spüle',
        'Kalk in der Kaffeemaschine',
        'eine quietschende Tür',
        'Rotwein auf dem Teppich',
        'eine kalte Heizung',
      ],
    },
    openers: [
      'Was hilft gegen {problem}? Am liebsten Hausmittel.',
      'hilfe, {problem}, hab schon alles probiert',
      'Muss der Vermieter zahlen, wenn es um {problem} geht?',
      'Schritt für Schritt bitte: {problem} selbst beheben, ich bin kein Handwerker.',
      'Was kostet ungefähr ein Handwerker? Es geht um {problem}.',
      'Schreib mir einen Brief an die Hausverwaltung, Thema: {problem}, mit Frist.',
      'ist {problem} schlimm oder kann das bis nächste woche warten',
    ],
    answers: [
      'Fang mit dem Einfachsten an: Essig, warmes Wasser, zehn Minuten warten. Oft reicht das schon.',
      'Melde es schriftlich und mit Foto. Dann ist klar, ab wann der Vermieter es wusste.',
    ],
    turns: [
      ['hat nicht geklappt', 'Dann einmal auseinanderbauen. Vorher bitte ein Foto machen.'],
      ['welches Werkzeug brauche ich?', 'Einen Schraubendreher, einen Eimer und ein altes Handtuch.'],
    ],
  },
  {
    key: 'ja-shigoto',
    language: 'ja',
    weight: 1.3,
    habit: 'office',
    slots: {
      aite: ['取引先', '上司', '人事部', 'お客様', '他部署の同僚'],
      ken: ['納期の遅れ', '打ち合わせの日程変更', '見積もりの確認', '有給休暇の申請', '請求書の間違い'],
    },
    openers: [
      '{aite}に送る、{ken}についてのメールを書いてください。',
      '{ken}のお詫びメール、丁寧だけど長すぎない感じでお願いします',
      'このメールの敬語は正しいですか？{aite}宛てで、{ken}の件です。',
      '{aite}に{ken}をやんわり催促したいです。どう書けばいいですか？',
      '議事録を短くまとめたいです。内容は主に{ken}についてです。',
      '英語のメールにしてほしい。{aite}に{ken}を伝えたい。',
      '{ken}の件で{aite}に電話するときの話し方を教えて',
    ],
    answers: [
      '承知しました。件名と本文の案です。要件を最初に置きました。',
      '敬語はおおむね正しいです。二か所だけ、少し重なっている表現を直しました。',
    ],
    turns: [
      ['もう少しやわらかい表現で', 'はい、文末を和らげて、お礼を一文加えました。'],
      ['件名はどうする？', '「{ken}について」で十分伝わります。'],
    ],
  },
  {
    key: 'ja-kurashi',
    language: 'ja',
    weight: 1,
    habit: 'evening',
    surface: 'mobile',
    slots: {
      zairyo: ['鶏むね肉', '余ったご飯', '大根半分', '豆腐', 'なす', '卵'],
      basho: ['京都', '金沢', '北海道', '沖縄', '台湾'],
    },
    openers: [
      '{zairyo}で作れる簡単な晩ご飯を教えてください。',
      '{zairyo}しかないけど何か作れる？',
      '{basho}に二泊三日で行きます。おすすめの回り方はありますか？',
      '一週間分の献立を考えてほしいです。{zairyo}がたくさんあります。',
      '子ども連れで{basho}、雨の日でも楽しめるところは？',
      'お弁当のおかず、{zairyo}で冷めてもおいしいもの',
      '{basho}のお土産、職場に配るなら何がいいですか',
    ],
    answers: [
      '十五分でできるものを三つ挙げますね。一つ目は甘辛く炒めるだけです。',
      '一日目は駅の近く、二日目に少し遠くへ、三日目は朝だけ動くのがおすすめです。',
    ],
    turns: [
      ['子どもでも食べられる？', 'はい、辛みを抜けば大丈夫です。'],
      ['もっと安くできますか', '平日にずらすと宿が二割ほど安くなります。'],
    ],
  },
  {
    key: 'zh-gongzuo',
    language: 'zh',
    weight: 1.3,
    habit: 'office',
    slots: {
      wenjian: ['周报', '年终总结', '项目方案', '会议纪要', '求职简历', '离职申请'],
      hang: ['电商运营', '软件测试', '小学老师', '行政助理', '产品经理'],
    },
    openers: [
      '帮我写一份{wenjian}，我的岗位是{hang}。',
      '{wenjian}怎么写比较好，{hang}，不要太长',
      '请润色一下我的{wenjian}，语气专业一点。',
      '我要面试{hang}，面试官一般会问什么问题？',
      '把这段中文翻译成英文邮件，内容是{wenjian}的说明。',
      '领导说我的{wenjian}没有重点，应该怎么改？',
      '{hang}转行做数据分析，{wenjian}里怎么突出优势',
    ],
    answers: [
      '好的，下面是一个简洁的版本，先写结果，再写过程，最后写计划。',
      '建议每一条都写清楚做了什么、做了多少、带来了什么变化。',
    ],
    turns: [
      ['再正式一点', '已调整，用词更正式，结构没有变。'],
      ['加上数据', '可以，请告诉我大概的数字，没有的话可以先写范围。'],
    ],
  },
  {
    key: 'zh-xuexi',
    language: 'zh',
    weight: 1,
    habit: 'school',
    slots: {
      timu: ['一元二次方程', '鸡兔同笼', '文言文翻译', '英语作文', '勾股定理', '牛顿第二定律'],
    },
    openers: [
      '请用简单的方法讲解{timu}，孩子上初中。',
      '{timu}不会做，能一步一步教我吗',
      '帮我出十道关于{timu}的练习题，附答案。',
      '{timu}最容易错的地方是什么？明天考试',
      '怎么给小学生解释{timu}？',
      '请检查我的{timu}哪里有问题，不要直接给答案。',
      '暑假想补{timu}，帮我做一个两周的计划',
    ],
    answers: ['可以。先看思路，再看例题，最后你来试一题。', '最容易错的是第二步，先把条件写清楚就不会漏。'],
    turns: [
      ['再来一个例子', '好，这题数字不一样，方法一样，你先写第一步。'],
      ['懂了', '很好，再做一道巩固一下。'],
    ],
  },
  {
    key: 'ar-rasail',
    language: 'ar',
    weight: 1.1,
    habit: 'office',
    slots: {
      jiha: ['مديري', 'شركة التأمين', 'الجامعة', 'صاحب البيت', 'عميل مهم'],
      mawdu: ['طلب إجازة', 'تأخر الراتب', 'تمديد العقد', 'استرجاع مبلغ', 'موعد جديد للاجتماع'],
    },
    openers: [
      'اكتب لي رسالة رسمية إلى {jiha} بخصوص {mawdu}.',
      'أحتاج إيميل قصير إلى {jiha} عن {mawdu} بأسلوب محترم',
      'كيف أطلب من {jiha} {mawdu} بدون إحراج؟',
      'صحح لي هذه الرسالة من فضلك، وهي عن {mawdu}.',
      'ترجم رسالتي إلى الإنجليزية، موجهة إلى {jiha} بشأن {mawdu}.',
      'ما رد {jiha} المتوقع على {mawdu} وكيف أجيب عليه؟',
      'عندي مقابلة عمل غدا، ما الأسئلة المعتادة وكيف أتحدث عن {mawdu}؟',
    ],
    answers: [
      'بالتأكيد، هذه صيغة مختصرة ومهذبة تبدأ بالطلب مباشرة.',
      'الرسالة جيدة، عدلت جملتين فقط وجعلت الخاتمة أوضح.',
    ],
    turns: [
      ['أريدها أكثر رسمية', 'تم، استخدمت تحية رسمية وخاتمة مناسبة.'],
      ['وماذا لو لم يردوا؟', 'انتظر يومين ثم اكتب سطرا واحدا مع موعد محدد.'],
    ],
  },
  {
    key: 'ar-dirasa',
    language: 'ar',
    weight: 0.9,
    habit: 'school',
    slots: {
      dars: [
        'الكسور',
        'قواعد النحو',
        'الدورة الدموية',
        'تاريخ الأندلس',
        'الأفعال في الإنجليزية',
        'قوانين نيوتن',
      ],
    },
    openers: [
      'اشرح لي {dars} بطريقة سهلة، عندي امتحان غدا.',
      'ممكن تلخص {dars} في نصف صفحة',
      'أعطني عشرة أسئلة عن {dars} مع الإجابات.',
      'ابني في الصف السادس ولا يفهم {dars}، كيف أشرحها له؟',
      'ما أكثر الأخطاء شيوعا في {dars}؟',
      'خطة مذاكرة لمدة أسبوع عن {dars}',
      'لا أفهم {dars} أبدا، هل يوجد مثال من الحياة اليومية؟',
    ],
    answers: [
      'لنبدأ خطوة بخطوة: الفكرة أولا ثم مثال ثم تجرب بنفسك.',
      'هذا ملخص قصير فيه ثلاث نقاط مهمة يجب أن تحفظها.',
    ],
    turns: [
      ['مثال آخر من فضلك', 'هذا مثال مشابه بأرقام مختلفة.'],
      ['الآن فهمت', 'رائع، جرب الآن أن تشرحه بكلماتك.'],
    ],
  },
];
