import type { RootSaying, RootSayingCode } from '../../../../shared/api/root.ts'
import type { Formats } from '../formats.ts'

type Values = RootSaying['values']

/** What is said of a root document. */
export function sayings ({ count, number, moment }: Pick<Formats, 'count' | 'number' | 'moment'>): Record<RootSayingCode, (values: Values) => string> {
  const many = (n: string | number | undefined, one: string, other: string): string => count(Number(n), { one, other })
  const keys = ({ count: n, keys }: Values): string => n === 1 ? `la clé ${keys}` : `les clés ${keys}`
  const until = (time: string | number | undefined): string => time ? `jusqu’au ${moment(String(time))}` : 'sans fin'
  return {
    letsIn: ({ writer, key, drive, until: time }) => `Laisse publier un nouveau rédacteur : ${writer}, qui signe avec la clé ${key} sur le disque ${drive}, ${until(time)}.`,
    renames: ({ writer, name }) => `Appelle désormais « ${name} » le rédacteur ${writer}.`,
    limits: ({ writer, until: time }) => `Laisse le rédacteur ${writer} publier ${until(time)}.`,
    retires: ({ writer, reason, block }) => `Écarte le rédacteur ${writer} (${reason}) : chaque lecteur refuse ce que son disque contient à partir du bloc ${block}, quel que soit le moment où ce fut fait. Cela ne peut jamais être repris.`,
    movesSeal: ({ writer, before, block }) => `Ramène le sceau du rédacteur ${writer} du bloc ${before} de son disque au bloc ${block}.`,
    givesReason: ({ writer, reason }) => `Donne une autre raison pour laquelle le rédacteur ${writer} fut écarté : ${reason}`,
    takesKeys: values => `Retire de la racine ${keys(values)} : les mots qui ${values.count === 1 ? 'la' : 'les'} donnent ne valent plus rien dès lors.`,
    givesKeys: values => `Donne à la racine ${keys(values)}.`,
    oneKey: () => 'Une seule clé parle dès lors pour la lettre.',
    severalKeys: ({ threshold, keys }) => `Dès lors ${threshold} clés sur ${keys} doivent signer tout ce qui change la racine.`,
    active: () => 'Dit que la lettre paraît.',
    resting: () => 'Dit que la lettre se repose : les lecteurs n’ont pas à attendre de numéros.',
    ended: () => 'Finit la lettre : plus personne ne peut y publier.',
    successor: ({ address }) => `Nomme une autre lettre qui continue celle-ci : ${address}. Les lecteurs y sont conduits.`,
    noSuccessor: () => 'Ne nomme plus aucune lettre qui continue celle-ci.',
    sealRests: ({ writer, block, issues, peers, names, at, after }) => {
      const rest = peers === 0
        ? 'la seule copie de ce nœud : personne n’est connecté qui pourrait en savoir plus'
        : `la copie de ce nœud et ce que ${many(peers, 'dit # pair connecté', 'disent # pairs connectés')} (${names})`
      const cut = after === 0 ? '' : ` ${many(after, '# numéro publié après cela sera retiré.', '# numéros publiés après cela seront retirés.')}`
      return `Le sceau de ${writer} au bloc ${block}, derrière ${many(issues, '# numéro', '# numéros')}, repose sur ${rest}, le ${moment(String(at))}.${cut}`
    },
    newWords: () => 'Les nouveaux mots se trouvent sur cette machine jusqu’à ce qu’ils soient confirmés. Écrivez-les avant que le changement ne soit publié : sans eux, plus personne ne pourra jamais changer la racine.',
    settles: ({ number: n, said }) => `Deux documents différents de la racine portent le numéro ${number(Number(n))}. Celui-ci continue celui qui est arrivé ici le premier, et tranche : l’autre ne compte plus, où qu’il soit connu. Il disait, en anglais : ${said || '—'}`,
    writerSaid: ({ writer, at, blocks }) => `Le rédacteur ${writer} a dit lui-même, signé, le ${moment(String(at))}, qu’il avait publié ${many(blocks, '# bloc', '# blocs')}.`,
    writerSilent: ({ writer }) => `On n’a pas entendu le rédacteur ${writer} dire lui-même jusqu’où il était allé.`
  }
}
