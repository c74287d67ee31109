// Languages to choose from for a description. The API takes any BCP 47 tag; these are the ones people ask for.
import { languageName } from './format';

const tags = ['ar', 'bn', 'zh-Hans', 'zh-Hant', 'cs', 'da', 'nl', 'en', 'fi', 'fr', 'de', 'el', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'nb', 'fa', 'pl', 'pt-BR', 'pt-PT', 'ro', 'ru', 'sk', 'es', 'sv', 'th', 'tr', 'uk', 'vi'];

export const languages = tags
  .map((value) => ({ value, label: languageName(value) }))
  .sort((one, other) => one.label.localeCompare(other.label));
