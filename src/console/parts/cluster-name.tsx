import { unnamed } from '../state/format.ts';

type ClusterNameProps = {
  name: string | null;
  visibility?: 'shown' | 'pending' | 'hidden';
  conversations: number;
};

/** The name, or what may be said instead of it. */
export function ClusterName({ name, visibility = 'pending', conversations }: ClusterNameProps) {
  if (name !== null) return <span dir="auto">{name}</span>;
  return <span className="unnamed">{unnamed(visibility, conversations)}</span>;
}
