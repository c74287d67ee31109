// In the place of a picture that cannot be shown: why, and another try. Beside the picture, not inside of what opens it.
import { troubleWords } from '../lib/pictureTrouble';
import { AlertIcon, RetryIcon } from './icons';
import classes from './PictureTrouble.module.css';
import type { Delivery } from './useDelivery';
import { isTrouble } from './useDelivery';

interface PictureTroubleProps {
  delivery: Delivery;
  name: string;
}

export function PictureTrouble({ delivery: { state, retry }, name }: PictureTroubleProps) {
  if (!isTrouble(state)) return null;
  return (
    <div className={classes.trouble}>
      <span className={classes.words}>
        <AlertIcon width={16} height={16} />
        <span>{troubleWords[state]}</span>
      </span>
      {/* What is gone does not come back by asking. */}
      {state !== 'gone' && (
        <button type="button" className={classes.retry} aria-label={`Try again: ${name}`} onClick={retry}>
          <RetryIcon width={16} height={16} />
          <span className={classes.label}>Try again</span>
        </button>
      )}
    </div>
  );
}
