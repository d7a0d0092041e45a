package dev.drover.protocol;

import java.security.MessageDigest;

/**
 * SHA-256 over digests, one after the other.
 *
 * <p>Three things are made this way: an extent's digest (over its blocks' digests), a disk's digest
 * (over its extents' digests), and the LINEAR checksum that EBS checks when a snapshot completes
 * (over the digests of the written blocks in ascending index order; measured: the header that
 * coldsnap sends matches this).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_CompleteSnapshot.html">CompleteSnapshot</a>
 */
public final class DigestChain {
  private final MessageDigest sha256 = Digest.sha256();

  public void add(Digest digest) {
    digest.feed(sha256);
  }

  /** The digest over all that were added; the chain is empty again afterwards. */
  public Digest finish() {
    return Digest.finish(sha256);
  }
}
