import { describe, expect, it } from 'vitest'
import { readWhy, type Why } from './why.ts'

const label = (name: string): Why => ({ says: 'label', label: name })
const node = (name: string): Why => ({ says: 'node', node: name })
const either = (name: string): Why => ({ says: 'either', name })
const [executor, held, other]: Why[] = [{ says: 'executor' }, { says: 'held' }, { says: 'other' }]

describe('the words of a controller’s queue', () => {
  it.each<[string, Why | undefined]>([
    // Jenkins 2.300 and later.
    ['There are no nodes with the label ‘linux’', label('linux')],
    ['All nodes of label ‘linux’ are offline', label('linux')],
    ['All nodes of label ‘linux&&docker’ are offline', label('linux&&docker')],
    ['There are no nodes with the label ‘(a||b)&&!c’', label('(a||b)&&!c')],
    ['There are no nodes with the label ‘it’s mine’', label('it’s mine')],
    ['Waiting for next available executor on ‘linux’', either('linux')],
    ['Waiting for next available executor on ‘slipway-ci-abc-1’', either('slipway-ci-abc-1')],
    ['‘slipway-ci-abc-1’ is offline', node('slipway-ci-abc-1')],
    ['‘big box’ is offline', node('big box')],
    ['‘big-box’ is not accepting tasks', node('big-box')],
    ['‘alice’ lacks permission to run on ‘big-box’', node('big-box')],
    ['Waiting for next available executor', executor],
    ['‘Built-In Node’ doesn’t have label ‘gpu’', label('gpu')],
    ['‘Jenkins’ doesn’t have label ‘gpu’; ‘big-box’ doesn’t have label ‘gpu’', label('gpu')],
    ['‘big-box’ is not accepting tasks; ‘Jenkins’ doesn’t have label ‘gpu’', label('gpu')],
    [
      '‘a’ doesn’t have label ‘gpu’; ‘b’ doesn’t have label ‘gpu’; ‘c’ is offline; ‘d’ is offline; ‘e’ is offline; ... and 3 more',
      label('gpu'),
    ],
    ['‘big-box’ is reserved for jobs with matching label expression', executor],
    ['In the quiet period. Expires in 4.9 sec', held],
    ['Finished waiting', held],
    ['A build is already in progress', held],
    ['Build #12 is already in progress (ETA:3 min 2 sec)', held],
    ['Blocked by ‘deploy’', held],
    ['Upstream project core is already building.', held],
    ['Jenkins is about to shut down', held],
    // Hudson 2.x, and Jenkins before it took to curly quotes.
    ["All nodes of label 'linux' are offline", label('linux')],
    ["All nodes of label ''linux'' are offline", label('linux')],
    ['Waiting for next available executor on linux', either('linux')],
    ['slave1 is offline', node('slave1')],
    ["master doesn't have label gpu", label('gpu')],
    ['slave1 is reserved for jobs tied to it', executor],
    ['Blocked by deploy', held],
    ['Hudson is about to shut down', held],
    // Plug-ins have their own.
    ['???', other],
    ['Waiting for resource printer', other],
    ['', other],
  ])('%s', (words, expected) => {
    expect(readWhy(words)).toEqual(expected)
  })

  it.each([
    ['Warte auf den nächsten freien Build-Prozessor auf ‘linux’', 'German'],
    ['Alle Knoten des Labels „linux“ sind offline', 'German'],
    ['En attente du prochain exécuteur disponible sur ‘linux‘', 'French'],
    ['Aucun nœud avec le libellé ‘linux’', 'French'],
    ['Esperando por un ejecutor en linux', 'Spanish'],
    ["Todos los nodos con la etiqueta 'linux' están fuera de línea", 'Spanish'],
    ['In attesa del prossimo esecutore disponibile', 'Italian'],
    ["ラベル 'linux' のすべてのノードはオフラインです。", 'Japanese'],
    ['Esperando pelo próximo executor disponível', 'Portuguese (Brazil)'],
    ['所有標籤為 linux 的節點都離線了', 'Chinese (Taiwan)'],
    ['Venter på næste ledige afvikler på linux', 'Danish'],
    ['Väntar på nästa tillgängliga exekverare på "linux"', 'Swedish'],
    ['Laukiama kito prieinamo vykdytojo, esančio linux', 'Lithuanian'],
    ['Чекање на следећу слободну машину на linux', 'Serbian'],
    ['Geblokkeerd door deploy', 'Dutch'],
    ['Bir yapılandırma zaten işlemde', 'Turkish'],
    ['Сборка уже в процессе', 'Russian'],
    ['Няма машина с етикет „linux“.', 'Bulgarian'],
  ])('in another language are refused by its name: %s', (words, language) => {
    expect(readWhy(words)).toEqual({ says: 'foreign', language })
  })
})
