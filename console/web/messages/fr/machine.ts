import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const machine = ({ count, bytes, number }: Formats): Messages['machine'] => ({
  // Peers
  peersSummary: (n: number, down: string, up: string) => `${count(n, { one: '# pair est connecté', other: '# pairs sont connectés' })}. Depuis le départ du nœud, ${down} sont venus et ${up} sont partis.`,
  peersNone: 'Personne n’est connecté',
  peersNoneHint: 'Vous lisez vos propres copies. Le nœud cherche les autres de lui-même, et les nouveaux numéros viennent dès que quelqu’un est trouvé.',
  peersOff: 'Ce nœud reste hors du réseau',
  peersNobody: 'Il n’y a encore personne à chercher : suivez une lettre, ou écrivez-en une.',
  peer: 'Pair',
  peerFor: 'Pour',
  peerDown: 'Venu',
  peerUp: 'Parti',
  peerSince: 'Depuis',
  peerDirection: 'Appelé par',
  byYou: 'ce nœud',
  byThem: 'le pair',
  thisMachineHost: 'cette machine',
  nothingShared: 'aucune lettre que vous connaissiez tous deux',
  peersNote: 'Un pair connaît votre adresse réseau, et lesquelles de ses propres lettres vous suivez aussi. Il n’apprend rien des autres.',

  // Storage
  storageSummary: (home: number, free: number) => `Colporteur occupe ${bytes(home)}. Il reste ${bytes(free)} sur ce disque.`,
  diskLow: 'Le disque est presque plein. Supprimez ce dont vous n’avez plus besoin, sinon les nouveaux numéros ne pourront être gardés.',
  byNewsletter: 'Par lettre',
  newsletter: 'Lettre',
  issuesHere: 'Numéros',
  issuesOf: (ready: number, total: number) => ready === total ? count(total, { one: '# numéro', other: '# numéros' }) : `${number(ready)} sur ${count(total, { one: '# numéro', other: '# numéros' })}`,
  takes: 'Occupe',
  toCome: (missing: number) => `${bytes(missing)} à venir`,
  theRest: 'Le dossier de Colporteur',
  store: 'Les lettres, telles qu’elles sont sur le disque',
  library: 'Index et marques',
  drafts: 'Brouillons',
  other: 'Clés et réglages',
  storeNote: 'Le magasin est plus grand que ses lettres : signatures et empreintes y sont aussi, et de la place qui est rendue quand une lettre est supprimée.',
  storageEmpty: 'Rien n’est encore gardé ici'
})
