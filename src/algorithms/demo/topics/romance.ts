import type { Topic } from '../topic.ts';

/** Spanish, French and Portuguese. */
export const ROMANCE: readonly Topic[] = [
  {
    key: 'es-correos',
    language: 'es',
    weight: 1.6,
    habit: 'office',
    slots: {
      quien: ['mi jefa', 'un cliente', 'mi casero', 'la profesora de mi hijo', 'recursos humanos'],
      tema: [
        'un aumento',
        'un retraso en el pago',
        'las vacaciones de agosto',
        'una reunión que no puedo atender',
        'el ruido por la noche',
      ],
    },
    openers: [
      'Ayúdame a escribir un correo formal para {quien} sobre {tema}.',
      'necesito un mensaje corto para {quien}, tema: {tema}, que suene amable',
      '¿Cómo le digo a {quien} que no estoy de acuerdo con {tema} sin sonar grosero?',
      'Corrige este correo por favor, es para {quien} y trata de {tema}.',
      'carta de renuncia sencilla, me quiero ir bien con {quien}',
      'Traduce al inglés un correo a {quien} sobre {tema}, tono profesional.',
      'Llevo una semana esperando respuesta de {quien} sobre {tema}. ¿Qué le escribo?',
      'hazme un texto de whatsapp para {quien} por {tema}, nada formal',
    ],
    answers: [
      'Claro. Aquí tienes una versión breve y amable, con la petición en la primera línea.',
      'Yo lo diría así: agradezco su tiempo y quisiera aclarar un punto sobre {tema}.',
    ],
    turns: [
      ['un poco más formal', 'Hecho: con usted y un cierre más cuidado.'],
      ['y si no me contesta?', 'Espera dos días y escribe una línea con una fecha concreta.'],
    ],
  },
  {
    key: 'es-cocina',
    language: 'es',
    weight: 1.2,
    habit: 'evening',
    surface: 'mobile',
    slots: {
      plato: ['una tortilla de patatas', 'arepas', 'un ceviche', 'lentejas', 'croquetas', 'un flan'],
      limite: ['sin horno', 'para seis personas', 'sin gluten', 'con lo que hay en casa', 'en media hora'],
    },
    openers: [
      'Receta de {plato} {limite}, por favor.',
      'como hago {plato} {limite}',
      'Siempre se me rompe {plato}. ¿Qué hago mal?',
      '¿Qué puedo cocinar hoy {limite}? Tengo huevos, cebolla y un poco de queso.',
      'quiero hacer {plato} para mi suegra y no puede salir mal jaja',
      '¿Se puede congelar {plato}?',
      'Menú semanal barato {limite}, con lista de la compra.',
      'cuantas calorias tiene {plato} mas o menos',
    ],
    answers: [
      'Fuego bajo y paciencia: ahí está casi todo el secreto. Te dejo los pasos.',
      'Sí, se puede. Prepáralo el día antes y caliéntalo despacio.',
    ],
    turns: [
      ['no tengo cebolla', 'Entonces puerro, o simplemente un poco más de aceite y ajo.'],
      ['con qué lo acompaño?', 'Con una ensalada fresca y pan. No necesita más.'],
    ],
  },
  {
    key: 'es-deberes',
    language: 'es',
    weight: 1.1,
    habit: 'school',
    slots: {
      tema: [
        'las ecuaciones de segundo grado',
        'la Guerra Civil',
        'la fotosíntesis',
        'el pretérito imperfecto',
        'las placas tectónicas',
        'el Quijote',
      ],
    },
    openers: [
      'Explícame {tema} de forma fácil, tengo examen mañana.',
      'hazme un resumen de {tema} para 2 de la ESO',
      'No entiendo {tema}. ¿Me pones un ejemplo paso a paso?',
      'Diez preguntas tipo test sobre {tema} con las respuestas al final.',
      'Mi hija tiene que hacer un trabajo sobre {tema}, ¿por dónde empezamos?',
      'esquema de {tema} porfa, que quepa en una hoja',
      '¿Cuál es el error más típico en un examen sobre {tema}?',
      'me preguntas sobre {tema} y me corriges? voy fatal',
    ],
    answers: [
      'Vamos paso a paso. Primero la idea, luego un ejemplo, y después lo intentas tú.',
      'Aquí va un resumen de una página, con tres palabras clave que tienes que saber.',
    ],
    turns: [
      ['otro ejemplo', 'Aquí tienes uno parecido, pero con otros datos. Prueba tú la primera línea.'],
      ['ahora sí lo pillo', '¡Muy bien! Una pregunta más para estar seguros.'],
    ],
  },
  {
    key: 'fr-lettres',
    language: 'fr',
    weight: 1.3,
    habit: 'office',
    slots: {
      but: [
        'un poste de vendeuse',
        'un stage de deux mois',
        'une alternance en informatique',
        'un emploi d’aide-soignante',
        'un job d’été',
      ],
      souci: [
        'un préavis d’un mois',
        'une caution non rendue',
        'une facture contestée',
        'une résiliation d’abonnement',
      ],
    },
    openers: [
      'Peux-tu m’aider à écrire une lettre de motivation pour {but} ?',
      'lettre de motivation {but}, courte, pas trop scolaire',
      'Rédige un courrier recommandé pour {souci}, ton ferme mais poli.',
      'J’ai un entretien demain pour {but}, quelles questions vont-ils poser ?',
      'corrige mon mail stp, c’est pour {souci} et je fais plein de fautes',
      'Comment parler d’un trou de deux ans dans mon CV pour {but} ?',
      'modèle de lettre pour {souci}',
      'Mon propriétaire ne répond plus, il s’agit d’{souci}. Que puis-je faire ?',
    ],
    answers: [
      'Voici une proposition en une page. J’ai mis l’exemple concret au début.',
      'Le courrier rappelle les faits, fixe un délai de quinze jours et dit ce qui suivra.',
    ],
    turns: [
      ['plus simple s’il te plaît', 'Voilà, des phrases plus courtes et sans formules toutes faites.'],
      [
        'et la formule de politesse ?',
        '« Je vous prie d’agréer mes salutations distinguées » convient très bien.',
      ],
    ],
  },
  {
    key: 'fr-voyage-cuisine',
    language: 'fr',
    weight: 1.1,
    habit: 'evening',
    slots: {
      lieu: ['Rome', 'Saint-Malo', 'Marrakech', 'Lisbonne', 'Annecy', 'Montréal'],
      duree: ['trois jours', 'une semaine', 'un week-end'],
    },
    openers: [
      'Un itinéraire de {duree} à {lieu} avec deux enfants, s’il te plaît.',
      'on part {duree} à {lieu}, que voir absolument ?',
      'Quel budget pour {duree} à {lieu} à deux, sans se priver ?',
      'Où dormir à {lieu} au calme et pas trop cher ?',
      'que mettre dans la valise pour {duree} à {lieu} en novembre',
      'Quels plats goûter à {lieu} quand on est végétarien ?',
      '{lieu} en train ou en voiture ? On a {duree}.',
      'Il va pleuvoir à {lieu} tout le week-end, des idées ?',
    ],
    answers: [
      'Je prévoirais une seule visite par jour, le matin, et le reste à pied.',
      'Deux quartiers me semblent bien : l’un vivant, l’autre tranquille. Tout dépend de vos soirées.',
    ],
    turns: [
      [
        'et s’il fait trop chaud ?',
        'Alors sortez tôt, sieste l’après-midi, et dehors après dix-huit heures.',
      ],
      ['moins cher ?', 'Mangez bien le midi et simplement le soir : on économise presque un tiers.'],
    ],
  },
  {
    key: 'pt-trabalho',
    language: 'pt',
    weight: 1.2,
    habit: 'office',
    slots: {
      vaga: [
        'auxiliar administrativo',
        'desenvolvedor júnior',
        'recepcionista',
        'vendedora',
        'estagiário de marketing',
      ],
      assunto: ['um atraso na entrega', 'as férias', 'um reembolso', 'a reunião de sexta'],
    },
    openers: [
      'Me ajuda a montar um currículo para a vaga de {vaga}?',
      'escreve um e-mail pro meu chefe sobre {assunto}, educado mas direto',
      'Tenho entrevista para {vaga} amanhã. O que costumam perguntar?',
      'carta de apresentação pra {vaga}, primeiro emprego',
      'Como respondo a um cliente irritado por causa de {assunto}?',
      'Corrija este texto, por favor. É um aviso para a equipe sobre {assunto}.',
      'quanto pedir de salário como {vaga} em São Paulo?',
      'mensagem de whatsapp cobrando {assunto} sem parecer chato',
    ],
    answers: [
      'Claro! Coloquei o mais importante no começo e deixei tudo em uma página.',
      'Sugiro começar agradecendo e depois ir direto ao ponto sobre {assunto}.',
    ],
    turns: [
      ['mais informal', 'Pronto, agora parece uma conversa.'],
      ['coloca que falo inglês', 'Adicionei logo depois da formação, com o nível.'],
    ],
  },
  {
    key: 'pt-estudos',
    language: 'pt',
    weight: 1,
    habit: 'school',
    slots: {
      tema: [
        'a Revolução Industrial',
        'funções do segundo grau',
        'o modernismo',
        'a célula',
        'o uso da crase',
        'a redação do ENEM',
      ],
    },
    openers: [
      'Explica {tema} de um jeito simples, por favor.',
      'resumo sobre {tema} pra prova de amanha',
      'Faz dez questões de múltipla escolha sobre {tema} com gabarito.',
      'não entendo {tema}, me dá um exemplo do dia a dia?',
      'Como organizo um plano de estudos de um mês para {tema}?',
      'Minha filha precisa apresentar um trabalho sobre {tema}. Por onde começar?',
      'corrige minha resposta sobre {tema} e fala onde errei',
      'mapa mental de {tema} em texto',
    ],
    answers: [
      'Vamos por partes: primeiro a ideia, depois um exemplo, e no fim uma pergunta para você.',
      'Aqui está um resumo curto, com os três termos que mais caem na prova.',
    ],
    turns: [
      ['outro exemplo', 'Claro, este é parecido, mas com outros números.'],
      ['agora entendi!', 'Ótimo! Então tente explicar com suas palavras.'],
    ],
  },
];
