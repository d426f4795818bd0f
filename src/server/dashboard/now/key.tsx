/** What the picture's signs mean; the pools' colours and letters are in their table. */
export function Key() {
  return (
    <ul class="key" aria-label="How to read the picture">
      <li>
        <span class="key-block running" aria-hidden="true" /> running
      </li>
      <li>
        <span class="key-block starting" aria-hidden="true" /> starting
      </li>
      <li>
        <span class="key-block held" aria-hidden="true" /> held ready
      </li>
      <li>
        <span class="key-block coming" aria-hidden="true" /> booting
      </li>
      <li>
        <span class="key-block draining" aria-hidden="true" /> draining
      </li>
    </ul>
  )
}
