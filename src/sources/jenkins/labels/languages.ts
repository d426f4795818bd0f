/**
 * How a controller speaks of waiting in the languages that it knows. Requests ask for English, and get it unless a
 * plug-in forces another language: then labels can't be told apart from the words around them, and that is said.
 */
const LANGUAGES: Readonly<Record<string, RegExp>> = {
  Bulgarian: /^Изчакване на следващия|^(?:Никоя|Няма) машина с етикет|не е на линия/,
  'Chinese (Taiwan)': /等候|離線|標籤/,
  'Chinese (China)': /等待下一个|脱机|离线|标签/,
  Danish: /^Venter på næste|^Alle noder med etiket|^I en stilleperiode/,
  Dutch: /^Wachten op|^In de wachtperiode|^Geblokkeerd door/,
  French: /^En attente d|^Tous les n(?:œ|oe)uds|^Aucun nœud|est hors ligne$|^Attente terminée/,
  German: /^Warte auf|^Alle Knoten des Labels|^Es gibt keine Knoten|ist offline$|^In Ruhe-Periode/,
  Italian: /^In attesa del prossimo|^Nessun nodo con|^Non ci sono nodi|non è in linea$|^Attesa terminata/,
  Japanese: /オフライン|エグゼキューター|待機中/,
  Lithuanian: /^Laukiama|^Visi etiketės|^Nėra mazgų|yra atsijungęs$/,
  'Portuguese (Brazil)': /^(?:Esperando|Aguardando) pelo|^Todos os rótulos|^Não há nós|fora de serviço/,
  Russian: /^(?:Ожидание|Выполняется задержка|Заблокировано )|Сборка уже/,
  Serbian: /^Чекање на|^Све машине|^Нема машина|је ван мреже$/,
  Spanish: /^Esperando por un|^Todos los nodos|fuera de línea$|^En el periodo de gracia/,
  Swedish: /^Väntar på|^Alla noder med etiketten|^Det finns inga noder|är frånkopplad/,
  Turkish: /^Sessiz periyotta|yapılandırma zaten|tarafından engellendi/,
}

/** The language that the words are in, if it is one of those. */
export function languageOf(words: string): string | undefined {
  return Object.keys(LANGUAGES).find((language) => LANGUAGES[language]?.test(words))
}
