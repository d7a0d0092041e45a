package dev.drover.functions.report;

import dev.drover.functions.account.EbsPrices;
import dev.drover.functions.state.Run;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.Report.DiskProgress;
import dev.drover.protocol.message.Report.InventoryServer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the zero blocks of a copy without a base take: who waits for them may leave them out. */
final class ZerosToSend {
  /** Less is not worth a word. */
  private static final long FEW_BYTES = 1L << 30;

  /**
   * Of one snapshot, whatever the account's quota is; not adjustable.
   *
   * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-quotas.html">Quotas</a>
   */
  private static final double PUTS_OF_A_SNAPSHOT = 1_000;

  private static final int THOUSAND = 1_000;
  private static final int GIB_BITS = 30;
  private static final double SECONDS_OF_AN_HOUR = 3_600;

  private final double putsPerSecond;

  /** Of an account in which all runs together put so many blocks a second. */
  ZerosToSend(double putsPerSecond) {
    this.putsPerSecond = putsPerSecond;
  }

  /** A sentence or two; null when there is nothing to say. */
  @Nullable String sentence(Run run, List<DiskProgress> disks) {
    List<Long> zeros =
        disks.stream()
            .limit(InventoryServer.MAX_DISKS)
            .map(disk -> Optional.ofNullable(disk.zeroBytesExpected()).orElse(0L))
            .map(bytes -> Math.min(bytes, DiskGeometry.MAX_DISK_BYTES))
            .toList();
    long bytes = zeros.stream().mapToLong(Long::longValue).sum();
    if (bytes < FEW_BYTES) {
      return null;
    }
    long largest = zeros.stream().mapToLong(Long::longValue).max().orElse(0);
    double seconds = Math.max(puts(bytes) / putsPerSecond, puts(largest) / PUTS_OF_A_SNAPSHOT);
    return String.format(
            Locale.ROOT,
            "About %,d GiB of this copy are zeros, which are put into EBS like other blocks: %.1f"
                + " hours at least, and %.2f US dollars. ",
            bytes >> GIB_BITS,
            seconds / SECONDS_OF_AN_HOUR,
            puts(bytes) / THOUSAND * EbsPrices.THOUSAND_PUTS)
        + whatToDo(run);
  }

  private static double puts(long bytes) {
    return Math.ceil((double) bytes / DiskGeometry.BLOCK_BYTES);
  }

  private static String whatToDo(Run run) {
    if (run.encrypted()) {
      return "An encrypted job cannot leave them out.";
    }
    return run.zeroBlocks() == ZeroPolicy.OMIT
        ? "They are sent although the job's zeroBlocks is omit, because new snapshots are encrypted"
            + " or were when the run began: turn EBS encryption by default off to leave them out."
        : "If nothing made of it will be encrypted, Drover_V1.PutReplicationJobSettings with"
            + " zeroBlocks = omit leaves them out of the job's next copy without a base.";
  }
}
