// What the owner calls a picture.
import type { FragmentType } from '../gql';
import { readFragment } from '../gql';
import classes from './Details.module.css';
import { EditedImageFragment } from './operations';
import { TagsField } from './TagsField';
import { TitleField } from './TitleField';

/** Give it the picture's id as `key`: a half-written title is not another picture's. */
export function Details({ image }: { image: FragmentType<typeof EditedImageFragment> }) {
  const { id, title, tags } = readFragment(EditedImageFragment, image);
  return (
    <section aria-label="Title and tags" className={classes.details}>
      <TitleField id={id} title={title} />
      <TagsField id={id} tags={tags} />
    </section>
  );
}
