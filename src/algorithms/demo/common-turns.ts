/** How conversations end or go on whatever they are about, by language. */
export const COMMON_TURNS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  en: [
    ['perfect, thank you so much', "You're welcome. Good luck with it!"],
    ['thanks', 'Glad that helped.'],
    [
      'can you make that a bit shorter',
      'Of course. Here is the short version, with only the main points kept.',
    ],
    [
      "hmm ok but what if that doesn't work?",
      'Then go back one step and check the assumption it rests on. Tell me what you see and we can narrow it down.',
    ],
    ['could you put that in a list', 'Sure, here it is as a list, in the order I would do it.'],
    [
      'are you sure about that?',
      'Mostly. The general point holds; check the details against your own situation.',
    ],
  ],
  es: [
    ['perfecto, mil gracias', 'De nada. ¡Mucha suerte!'],
    ['puedes hacerlo más corto?', 'Claro, aquí tienes una versión más breve.'],
    ['y si no funciona?', 'Entonces vuelve al paso anterior y cuéntame qué ves.'],
  ],
  fr: [
    ['super merci beaucoup', 'Avec plaisir, bonne continuation !'],
    ['tu peux faire plus court ?', 'Bien sûr, voici une version plus courte.'],
    ['et sinon, il y a une autre solution ?', 'Oui, il y en a une autre, un peu plus longue mais plus sûre.'],
  ],
  de: [
    ['super, vielen Dank', 'Gern geschehen, viel Erfolg!'],
    ['geht das auch kürzer?', 'Ja, hier ist eine kürzere Fassung.'],
    ['und wenn das nicht klappt?', 'Dann gehen wir einen Schritt zurück. Was genau passiert denn?'],
  ],
  pt: [
    ['perfeito, muito obrigada', 'De nada, boa sorte!'],
    ['consegue deixar mais curto?', 'Claro, aqui vai uma versão mais curta.'],
  ],
  ja: [
    ['ありがとうございます、助かりました', 'お役に立てて何よりです。'],
    ['もう少し短くできますか？', 'はい、要点だけにまとめました。'],
  ],
  zh: [
    ['好的，谢谢', '不客气，祝顺利！'],
    ['能再简短一点吗', '可以，下面是精简后的版本。'],
  ],
  ar: [
    ['ممتاز شكرا لك', 'العفو، بالتوفيق!'],
    ['ممكن تختصرها أكثر؟', 'بالتأكيد، هذه نسخة أقصر.'],
  ],
};
