/** Whether this person has asked to be spared what is not needed yet. Only some browsers tell. */
export function savesData(): boolean {
  return (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
