// The tags that an analysis proposes: a click makes one the picture's own.
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import { maxTags, mergeTags, sameTag } from '../lib/tags';
import { announce } from '../ui/announcer';
import { CheckIcon, PlusIcon } from '../ui/icons';
import classes from './ProposedTags.module.css';
import { EditedImageFragment } from './operations';
import { useSaveField } from './useUpdateImage';

interface ProposedTagsProps {
  image: FragmentType<typeof EditedImageFragment>;
  proposed: readonly string[];
  /** Of the proposal. */
  language: string;
}

export function ProposedTags({ image, proposed, language }: ProposedTagsProps) {
  const { id, tags } = readFragment(EditedImageFragment, image);
  const { error, save } = useSaveField(id);

  async function add(tag: string) {
    if (await save({ tags: mergeTags(tags, [tag]) })) announce(`Added the tag ${tag}.`);
  }

  return (
    <>
      <ul className={classes.list}>
        {proposed.map((tag) => {
          const has = tags.some((one) => sameTag(one, tag));
          return (
            <li key={tag}>
              <button
                type="button"
                className={classes.tag}
                lang={language}
                aria-label={has ? `${tag}, added` : `Add the tag ${tag}`}
                // It keeps the focus, so that one can go on to the next.
                aria-disabled={has || tags.length >= maxTags}
                onClick={() => void (has || tags.length >= maxTags ? undefined : add(tag))}
              >
                {has ? <CheckIcon width={15} height={15} /> : <PlusIcon width={15} height={15} />}
                {tag}
              </button>
            </li>
          );
        })}
      </ul>
      {error !== null && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
