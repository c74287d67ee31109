// The heart. It turns at once; should the server refuse, it turns back and says so.
import { HeartIcon } from '../ui/icons';
import { notify } from '../ui/announcer';
import classes from './FavoriteButton.module.css';
import { saveErrors, useSave } from './useUpdateImage';

interface FavoriteButtonProps {
  id: string;
  favorite: boolean;
  /** For the many of a grid: which picture it is of. */
  name?: string;
  className?: string;
}

export function FavoriteButton({ id, favorite, name, className = '' }: FavoriteButtonProps) {
  const save = useSave(id);

  async function toggle() {
    const { form } = saveErrors(await save({ favorite: !favorite }), []);
    if (form[0]) notify(`The favorite was not saved. ${form[0]}`, 'error');
  }

  return (
    <button
      type="button"
      className={`${classes.button} ${className}`}
      aria-pressed={favorite}
      aria-label={name === undefined ? 'Favorite' : `Favorite ${name}`}
      title={favorite ? 'Take out of the favorites' : 'Add to the favorites'}
      onClick={() => void toggle()}
    >
      <HeartIcon />
    </button>
  );
}
