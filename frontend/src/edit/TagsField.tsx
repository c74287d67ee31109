import { Link } from '@tanstack/react-router';
import { TagInput } from '../ui/TagInput';
import { useSaveField } from './useUpdateImage';

/** The picture's tags: each leads to all pictures that have it. Every change is saved at once. */
export function TagsField({ id, tags }: { id: string; tags: readonly string[] }) {
  const { error, save } = useSaveField(id);
  return (
    <TagInput label="Tags" tags={tags} error={error} onChange={(next) => void save({ tags: next })}>
      {(tag) => (
        <Link to="/" search={{ tag: [tag] }} title={`All pictures with ${tag}`}>
          {tag}
        </Link>
      )}
    </TagInput>
  );
}
