// The icons, drawn on a 20 px grid with one stroke. They decorate: the words beside or around them carry the meaning.
import type { ReactNode, SVGProps } from 'react';

function icon(shapes: ReactNode) {
  return function Icon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        width={20}
        height={20}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
        {...props}
      >
        {shapes}
      </svg>
    );
  };
}

export const UploadIcon = icon(<path d="M10 13V3.5m0 0L6.2 7.3M10 3.5l3.8 3.8M3.5 12.5v2.7c0 .7.6 1.3 1.3 1.3h10.4c.7 0 1.3-.6 1.3-1.3v-2.7" />);
export const DownloadIcon = icon(<path d="M10 3.5V13m0 0 3.8-3.8M10 13 6.2 9.2M3.5 13.5v1.7c0 .7.6 1.3 1.3 1.3h10.4c.7 0 1.3-.6 1.3-1.3v-1.7" />);
export const TrashIcon = icon(<path d="M3.5 5.5h13M8 5.5V4c0-.3.2-.5.5-.5h3c.3 0 .5.2.5.5v1.5m-6.5 0 .6 9.8c0 .7.6 1.2 1.2 1.2h5.4c.6 0 1.2-.5 1.2-1.2l.6-9.8M8.4 8.8l.2 4.5m3-4.5-.2 4.5" />);
export const CheckIcon = icon(<path d="m4.5 10.5 3.6 3.6 7.4-8" />);
export const PlusIcon = icon(<path d="M10 4.500v11M4.500 10h11" />);
export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const CopyIcon = icon(
  <>
    <rect x={7} y={7} width={9.5} height={9.5} rx={1.8} />
    <path d="M13 7V5.3c0-1-.8-1.8-1.8-1.8H5.3c-1 0-1.8.8-1.8 1.8v5.9c0 1 .8 1.8 1.8 1.8H7" />
  </>,
);
export const BackIcon = icon(<path d="M16 10H4.5m0 0 4.7-4.7M4.5 10l4.7 4.7" />);
export const PreviousIcon = icon(<path d="m12 4.5-5.5 5.5 5.5 5.5" />);
export const NextIcon = icon(<path d="m8 4.5 5.5 5.5L8 15.5" />);
export const DownIcon = icon(<path d="m5 7.8 5 5 5-5" />);
export const RetryIcon = icon(<path d="M16 10a6 6 0 1 1-1.9-4.4M16.2 3.2v3.3h-3.3" />);
export const SparkIcon = icon(<path d="M9 3.2c.5 3.6 2 5.1 5.6 5.6-3.6.5-5.1 2-5.6 5.6-.5-3.6-2-5.1-5.6-5.6C7 8.3 8.5 6.8 9 3.200ZM15.3 12.800c.2 1.5.9 2.2 2.3 2.4-1.4.2-2.1.9-2.3 2.3-.2-1.4-.9-2.1-2.3-2.3 1.4-.2 2.1-.9 2.3-2.400Z" />);
export const AlertIcon = icon(
  <>
    <circle cx={10} cy={10} r={6.7} />
    <path d="M10 6.700v3.800m0 2.600v.1" />
  </>,
);
export const ExpandIcon = icon(<path d="M12 3.500h4.500V8M8 16.500H3.500V12M16.5 3.500l-5.3 5.300M3.5 16.500l5.3-5.3" />);
export const SunIcon = icon(
  <>
    <circle cx={10} cy={10} r={3.2} />
    <path d="M10 2.700v1.600m0 11.400v1.600M2.7 10h1.600m11.4 0h1.600M4.8 4.8 6 6m8 8 1.2 1.200m0-10.400L14 6m-8 8-1.2 1.2" />
  </>,
);
export const MoonIcon = icon(<path d="M16.3 11.700A6.7 6.7 0 0 1 8.3 3.700a6.7 6.7 0 1 0 8 8Z" />);
export const SystemIcon = icon(
  <>
    <rect x={2.8} y={4} width={14.4} height={9.6} rx={1.6} />
    <path d="M7.5 16.500h5M10 13.600v2.9" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx={10} cy={7} r={3.2} />
    <path d="M4 16.300c.7-2.9 3-4.5 6-4.500s5.3 1.6 6 4.5" />
  </>,
);
export const CodeIcon = icon(<path d="m7 6-4 4 4 4m6-8 4 4-4 4" />);
export const LeaveIcon = icon(<path d="M8 3.500H5.300c-1 0-1.8.8-1.8 1.800v9.400c0 1 .8 1.8 1.8 1.800H8m4.5-3 3.5-3.5-3.5-3.500M16 10H8" />);
export const PicturesIcon = icon(
  <>
    <rect x={3} y={3.5} width={14} height={13} rx={2} />
    <circle cx={7.2} cy={7.7} r={1.3} />
    <path d="m3.3 14.3 4-3.6 2.9 2.5 3.3-3.4 3.3 3.2" />
  </>,
);
export const HeartIcon = icon(<path d="M10 16.2S3.300 12.300 3.300 7.700c0-2.100 1.600-3.700 3.500-3.700 1.400 0 2.600.8 3.200 2 .6-1.200 1.800-2 3.200-2 1.900 0 3.500 1.600 3.500 3.700 0 4.600-6.700 8.500-6.700 8.500Z" />);
export const FilterIcon = icon(<path d="M3.500 6h13M6 10.2h8M8.500 14.400h3" />);
export const PencilIcon = icon(<path d="m4 16 .8-3.400 8.500-8.500c.5-.5 1.300-.5 1.800 0l.8.8c.5.5.5 1.300 0 1.800l-8.500 8.500L4 16Zm7.800-10.400 2.600 2.600" />);

/** The mark: one row of a justified grid above another. */
export function Mark(props: SVGProps<SVGSVGElement>) {
  return (
    <svg width={28} height={28} viewBox="0 0 28 28" aria-hidden {...props}>
      <g fill="currentColor">
        <rect x={2} y={4} width={14} height={9} rx={2} />
        <rect x={18} y={4} width={8} height={9} rx={2} opacity={0.45} />
        <rect x={2} y={15} width={8} height={9} rx={2} opacity={0.45} />
        <rect x={12} y={15} width={14} height={9} rx={2} />
      </g>
    </svg>
  );
}
