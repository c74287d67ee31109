// The draft of a picture's words in one language, and what of it has to be saved.
import type { EditedImage_ImageFragment, ImageTextInput } from '../gql/graphql';

export type Text = EditedImage_ImageFragment['texts'][number];

export interface Draft {
  description: string;
  altText: string;
  /** Nothing to describe: screen readers skip the picture. */
  decorative: boolean;
}

export function draftOf(text: Text | undefined): Draft {
  return { description: text?.description ?? '', altText: text?.altText ?? '', decorative: text?.altText === '' };
}

/** Null: nothing has changed. An empty field gives way to the words of an analysis. */
export function changeOf(language: string, text: Text | undefined, draft: Draft): ImageTextInput | null {
  const description = draft.description.trim() || null;
  const altText = draft.decorative ? '' : draft.altText.trim() || null;
  const change: ImageTextInput = {
    language,
    ...(description === (text?.description?.trim() || null) ? {} : { description }),
    ...(altText === (text?.altText?.trim() ?? null) ? {} : { altText }),
  };
  return 'description' in change || 'altText' in change ? change : null;
}
