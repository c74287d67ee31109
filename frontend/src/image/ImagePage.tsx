// One picture: large on the left, what is known of it on the right.
import { lazy, Suspense, useState } from 'react';
import { Button } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useLocation, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { AnalysisPanel } from '../analysis/AnalysisPanel';
import { useAccount } from '../auth/browserSession';
import { Details } from '../edit/Details';
import { FavoriteButton } from '../edit/FavoriteButton';
import { ProposedTags } from '../edit/ProposedTags';
import { WordsForm } from '../edit/WordsForm';
import { ImageCardFragment } from '../gallery/ImageCard';
import { useGallerySearch } from '../gallery/useGallerySearch';
import { readFragment } from '../gql';
import { pictureName } from '../lib/pictureName';
import { problemOf } from '../lib/problem';
import { PictureFragment, PictureZoomFragment } from '../lib/renditions';
import { useWhenExpired } from '../lib/useWhenExpired';
import { notify } from '../ui/announcer';
import { PicturesIcon } from '../ui/icons';
import { Notice, ProblemNotice } from '../ui/Notice';
import { Page } from '../ui/Page';
import { PlaceholderLines } from '../ui/Placeholder';
import { DeleteImage } from './DeleteImage';
import { ImageFacts } from './ImageFacts';
import classes from './ImagePage.module.css';
import { ImageStage } from './ImageStage';
import { ImagePageQuery, ImagePreviewQuery } from './operations';
import { Toolbar } from './Toolbar';
import { useEnlarged } from './useEnlarged';
import { useNeighbors } from './useNeighbors';

const Lightbox = lazy(() => import('./Lightbox'));

export function ImagePage() {
  const { imageId } = useParams({ from: '/library/images/$imageId' });
  const search = useGallerySearch();
  const [{ data, error, fetching, stale }, retry] = useQuery({ query: ImagePageQuery, variables: { id: imageId } });
  const [{ data: preview }] = useQuery({ query: ImagePreviewQuery, variables: { id: imageId }, requestPolicy: 'cache-only' });
  const neighbors = useNeighbors(imageId, search);
  const lightbox = useEnlarged(imageId);
  /** Set before the picture is deleted, so that its page does not say "no such picture" while it closes. */
  const [leaving, setLeaving] = useState(false);
  const goBack = useGoBack();
  const account = useAccount();
  const navigate = useNavigate();

  const image = data?.image ?? null;
  const shown = image ?? preview?.image ?? null;
  const card = readFragment(ImageCardFragment, shown);
  const zoom = readFragment(PictureZoomFragment, image);
  // Also the link to the original would be dead, in a page that was open for a day.
  useWhenExpired(readFragment(PictureFragment, card)?.w256.expiresAt, () => retry({ requestPolicy: 'network-only' }));

  function show(id: string | null) {
    // In place of the entry: "back" leads to the gallery, however many pictures were looked at.
    if (id) void navigate({ to: '/images/$imageId', params: { imageId: id }, search: true, state: true, replace: true, resetScroll: false });
  }

  useWindowEvent('keydown', (event) => {
    if (lightbox.enlarged || leaving || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"], [role="menu"]')) return;
    if (event.key === 'ArrowLeft') show(neighbors?.previous ?? null);
    if (event.key === 'ArrowRight') show(neighbors?.next ?? null);
    if (event.key === 'Escape') goBack();
  });

  if (!card || !shown) {
    if (leaving) return null;
    if (error && !fetching) {
      return (
        <Page title="Picture" hideHeading>
          <ProblemNotice problem={problemOf(error)} onRetry={() => retry({ requestPolicy: 'network-only' })} busy={fetching} />
        </Page>
      );
    }
    // A null that is still being checked is not an answer yet.
    return data && !fetching && !stale ? <NoSuchPicture onBack={goBack} /> : <Loading />;
  }

  return (
    <Page title={pictureName(card)} hideHeading>
      <Toolbar name={pictureName(card)} neighbors={neighbors} onBack={goBack} onShow={show}>
        <FavoriteButton id={imageId} favorite={card.favorite} />
        <DeleteImage
          id={imageId}
          name={pictureName(card)}
          onStart={() => setLeaving(true)}
          onFailed={() => setLeaving(false)}
          onDeleted={() => {
            notify(`Deleted ${pictureName(card)}.`);
            goBack();
          }}
        />
      </Toolbar>
      <div className={classes.layout}>
        <div className={classes.stage}>
          <ImageStage card={card} zoom={zoom} onOpen={lightbox.open} />
        </div>
        <div className={classes.side}>
          {image ? (
            <>
              <Details key={`details ${imageId}`} image={image} />
              <AnalysisPanel
                key={`words ${imageId}`}
                image={image}
                editor={(close) => <WordsForm image={image} accountLanguage={account?.language ?? 'en'} onClose={close} />}
                proposedTags={(proposed, language) => <ProposedTags image={image} proposed={proposed} language={language} />}
              />
              <ImageFacts image={image} />
            </>
          ) : error ? (
            <ProblemNotice problem={problemOf(error)} onRetry={() => retry({ requestPolicy: 'network-only' })} busy={fetching} />
          ) : (
            <PlaceholderLines widths={[40, 100, 92, 66, 0, 40, 80, 80, 80]} />
          )}
        </div>
      </div>
      {lightbox.enlarged && (
        <Suspense>
          <Lightbox pictures={neighbors?.pictures ?? [card]} index={neighbors?.index ?? 0} total={neighbors?.total ?? 1} zoom={zoom} onView={show} onClose={lightbox.close} />
        </Suspense>
      )}
    </Page>
  );
}

/** Back to where the gallery was scrolled to, or to its top when the picture was opened by its address. */
function useGoBack(): () => void {
  const router = useRouter();
  const navigate = useNavigate();
  const fromGallery = useLocation({ select: ({ state }) => state.fromGallery === true });
  return () => {
    if (fromGallery) router.history.back();
    else void navigate({ to: '/', search: true });
  };
}

function Loading() {
  return (
    <Page title="Picture" hideHeading>
      <div className={classes.toolbar} />
      <div className={classes.layout} role="status" aria-label="Loading the picture">
        <div className={`${classes.stage} ${classes.empty}`} />
        <div className={classes.side}>
          <PlaceholderLines widths={[40, 100, 92, 66, 0, 40, 80, 80, 80]} />
        </div>
      </div>
    </Page>
  );
}

function NoSuchPicture({ onBack }: { onBack: () => void }) {
  return (
    <Page title="No such picture" hideHeading>
      <Notice
        icon={PicturesIcon}
        title="There is no such picture"
        action={
          <Button variant="default" onClick={onBack}>
            Back to your pictures
          </Button>
        }
      >
        <p>It may have been deleted, or the address is not quite right.</p>
      </Notice>
    </Page>
  );
}
