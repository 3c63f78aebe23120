import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const holding = ({ count, bytes, number, moment }: Formats): Messages['holding'] => ({
  title: 'Ce qui est gardé ici',
  change: 'Ce qui est gardé ici …',
  usual: 'Chaque numéro, en entier',
  lastOf: n => count(n, { one: 'le dernier numéro', other: 'les # derniers numéros' }),
  textFirst: 'textes d’abord',
  textOnly: 'texte seul',
  withoutAttachments: 'pièces jointes sur demande',
  atMost: size => `au plus ${bytes(size)}`,
  which: 'Numéros',
  every: 'Chaque numéro',
  onlyLast: 'Seulement les derniers',
  lastCount: 'Combien des derniers numéros',
  what: 'De chaque numéro',
  whole: 'Tout',
  wholeHint: 'Le dernier numéro d’abord, et de chacun le texte avant les images.',
  textFirstHint: 'Les textes de tous les numéros, puis les images.',
  textOnlyHint: 'Images et pièces jointes viennent quand vous les demandez.',
  textFirstLabel: 'Textes d’abord',
  textOnlyLabel: 'Texte seul',
  attachments: 'Pièces jointes sur demande seulement',
  attachmentsHint: 'Les fichiers qui ne sont pas des images : enregistrements, films, documents.',
  keepSaved: 'Garder pour toujours, et en entier, les numéros gardés',
  cap: 'Ne prendre du disque qu’au plus',
  capSize: 'Mégaoctets',
  effect: 'Ce que cela fait',
  frees: size => `${bytes(size)} du disque deviennent libres.`,
  fetches: size => `${bytes(size)} sont à chercher.`,
  nothing: 'Rien ne quitte le disque, et rien n’est à chercher.',
  holds: (whole, partial, leftOut, size) => [
    `${count(whole, { one: '# numéro est', other: '# numéros sont' })} ici en entier`,
    ...partial > 0 ? [`${number(partial)} en partie`] : [],
    ...leftOut > 0 ? [`${number(leftOut)} laissés de côté`] : []
  ].join(', ') + ` : ${bytes(size)} en tout.`,
  listed: 'Ce qui est laissé de côté reste dans les listes, et peut y être demandé.',
  apply: 'Appliquer',
  applying: 'La place est rendue …',
  applied: 'C’est changé.',
  freed: size => `C’est changé. ${bytes(size)} du disque sont de nouveau libres.`,

  getIt: 'Le chercher',
  getRest: 'Chercher le reste',
  getSize: size => `${bytes(size)} à chercher`,
  letGo: 'Le laisser de nouveau à la règle',
  partialNote: 'Seul son texte est sur cette machine.',
  picturesNote: 'Son texte et ses images sont sur cette machine, ses pièces jointes non.',
  partsHere: (have, all, missing) => `${number(have)} sur ${count(all, { one: '# partie', other: '# parties' })}, ${bytes(missing)} n’y sont pas`,
  restComing: 'Le reste est en route.',

  everythingWanted: (ready, partial, leftOut, size) => [
    `Ce que vous gardez est ici : ${count(ready, { one: '# numéro', other: '# numéros' })}`,
    ...partial > 0 ? [`${number(partial)} en partie`] : [],
    ...leftOut > 0 ? [`${number(leftOut)} laissés de côté`] : []
  ].join(', ') + ` ; ${bytes(size)}`,

  travel: 'Préparer un voyage',
  travelWhy: 'Cherche maintenant, avant toute chose, tout ce qui n’est pas lu, pour que vous puissiez le lire sans réseau.',
  travelStart: 'Chercher tout ce qui n’est pas lu',
  travelAgain: 'Chercher de nouveau',
  travelDone: n => n === 0 ? 'Il n’y a rien à lire. Vous pouvez partir.' : `${count(n, { one: '# numéro non lu est prêt', other: '# numéros non lus sont prêts' })} hors ligne. Vous pouvez partir.`,
  travelDoneBut: (ready, unread) => `${number(ready)} sur ${count(unread, { one: '# numéro non lu', other: '# numéros non lus' })} prêts hors ligne. On n’en aura pas plus pour l’instant.`,
  travelRunning: (ready, unread, size) => `${number(ready)} sur ${count(unread, { one: '# numéro non lu prêt', other: '# numéros non lus prêts' })}, reste ${bytes(size)}`,
  travelAsking: 'Question s’il y a autre chose …',
  travelSince: time => `Depuis ${moment(time)}`,
  travelStuck: 'Aucun de ceux qui ont le reste n’est connecté. Laissez le nœud en marche tant que vous avez un réseau : il cherche de nouveau chaque minute.',
  travelMissing: 'Pas prêts',
  travelUnheard: 'Personne n’a dit s’il y a autre chose de celles-ci :',
  travelWhole: 'Chercher aussi ce que vos règles laissent de côté',
  reasons: {
    asked: 'en route, ou pas encore donné par ceux qui sont connectés',
    alone: 'personne qui a sa lettre n’est connecté',
    paused: 'son abonnement est en pause',
    policy: 'laissé de côté par la règle de son abonnement',
    notVerified: 'non vérifié'
  }
})
