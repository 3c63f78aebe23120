import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const trust = ({ count }: Formats): Messages['trust'] => ({
  checkWords: 'Mots de contrôle',
  compareHint: 'Comparez ces mots à ceux que son auteur donne sur un site, au téléphone ou de vive voix. Une lettre qui ne porte que le même nom en a d’autres.',
  tellHint: 'Dites ces mots à vos lecteurs là où ils savent que c’est vous : sur votre site, au téléphone, de vive voix. Une lettre qui ne porte que le même nom que la vôtre en a d’autres. Ils ne sont pas secrets ; vos 24 mots de récupération le sont.',
  lookAlikeTitle: 'Presque le même nom',
  looksLike: 'Son nom ressemble à celui de',
  youFollow: (day: string) => `que vous suivez depuis le ${day}.`,
  youWrite: 'que vous écrivez.',
  compareBoth: 'Comparez les mots de contrôle avant de lui faire confiance :',
  thisOne: 'Celle-ci',
  otherOne: 'L’autre',
  openAnyway: 'Voir cette lettre',
  looksLikeShort: (title: string) => `Ressemble à « ${title} »`,
  confirmed: 'Confirmée complète',
  notConfirmed: 'Pas encore',
  lastConfirmed: (days: number) => days === 0 ? 'La dernière confirmation que tout est ici remonte à moins d’un jour.' : count(days, { one: 'La dernière confirmation que tout est ici remonte à # jour.', other: 'La dernière confirmation que tout est ici remonte à # jours.' }),
  neverConfirmed: (days: number) => days === 0 ? 'Depuis que vous la suivez, il n’a jamais été confirmé que tout est ici.' : count(days, { one: 'Depuis # jour que vous la suivez, il n’a jamais été confirmé que tout est ici.', other: 'Depuis # jours que vous la suivez, il n’a jamais été confirmé que tout est ici.' }),
  staleWhy: 'Son auteur est peut-être simplement hors ligne ; ou bien vous êtes coupé de numéros plus récents.',
  clocksDiffer: 'L’horloge de son auteur avance sur celle de cette machine, ou celle-ci retarde : ce qu’il confirme ne compte pas tant qu’elles diffèrent.',
  staleShort: (days: number) => days === 0 ? 'Pas confirmée aujourd’hui' : count(days, { one: 'Pas confirmée depuis # jour', other: 'Pas confirmée depuis # jours' })
})
