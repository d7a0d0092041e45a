package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.Arguments;
import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Patience;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The right to read the disks of a VM snapshot for a while. As long as it is held the VM can
 * neither be moved nor switched on or off, so it is held only while something is read, and always
 * given back.
 *
 * @see <a
 *     href="https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.HttpNfcLease.html">HttpNfcLease</a>
 */
final class ExportLease implements AutoCloseable {
  /** vCenter makes a lease in seconds; under load in a minute. */
  private static final Duration UNTIL_READY = Duration.ofMinutes(10);

  /** By then it has ended by itself, for it is told of no more progress: 300 s as seen. */
  private static final Duration UNTIL_IT_ENDS = Duration.ofMinutes(5);

  /** A lease that is not told of progress ends after its timeout, 300 s as seen. */
  private static final int PROGRESS_CALLS_IN_A_TIMEOUT = 5;

  private static final long LONGEST_PERIOD_MILLIS = 60_000;
  private static final long SHORTEST_PERIOD_MILLIS = 1_000;

  private final VimClient vim;
  private final Moref lease;
  private final Map<Long, String> urls;
  private final long totalBytes;
  private final AtomicLong doneBytes = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(1);

  private ExportLease(VimClient vim, Moref lease, Map<Long, String> urls, long totalBytes) {
    this.vim = vim;
    this.lease = lease;
    this.urls = urls;
    this.totalBytes = totalBytes;
  }

  /**
   * Asks for a lease and waits until it is ready.
   *
   * @param disks all that the snapshot has
   */
  static ExportLease open(VimClient vim, Moref snapshot, List<VirtualDisk> disks) {
    Moref lease = ask(vim, snapshot);
    try {
      Element info = awaitReady(vim, lease);
      Map<Long, String> urls = LeaseDisks.match(info.children("deviceUrl"), disks);
      long total = disks.stream().mapToLong(VirtualDisk::capacityBytes).sum();
      ExportLease open = new ExportLease(vim, lease, urls, total);
      open.keepAlive(info.number("leaseTimeout"));
      return open;
    } catch (InvalidAnswerException e) {
      end(vim, lease, "HttpNfcLeaseAbort");
      throw vim.invalid(e);
    } catch (RuntimeException e) {
      end(vim, lease, "HttpNfcLeaseAbort");
      throw e;
    }
  }

  /** A process that was killed gave its lease not back: it ends by its timeout. */
  private static Moref ask(VimClient vim, Moref snapshot) {
    Patience patience = new Patience(vim.limits().busy());
    while (true) {
      try {
        return vim.ask(snapshot, "ExportSnapshot", Arguments.none()).ref();
      } catch (VimFault.Busy e) {
        if (!patience.pause()) {
          throw e;
        }
      }
    }
  }

  private static Element awaitReady(VimClient vim, Moref lease) {
    Properties properties = new Properties(vim);
    Patience patience = new Patience(UNTIL_READY);
    while (true) {
      PropertySet now = properties.of(lease, "state", "info", "error");
      switch (now.text("state")) {
        case "ready" -> {
          return now.get("info");
        }
        case "initializing" -> {
          if (!patience.pause()) {
            throw refused(vim, "was not ready within " + UNTIL_READY.toMinutes() + " min");
          }
        }
        default -> {
          String said = now.find("error").map(error -> error.text("localizedMessage")).orElse("");
          throw refused(vim, "failed" + (said.isBlank() ? "" : " ('" + said.strip() + "')"));
        }
      }
    }
  }

  private static SourceUnavailableException refused(VimClient vim, String what) {
    return new SourceUnavailableException(
        "The export of a VM snapshot by "
            + vim.server()
            + " "
            + what
            + ": look at the VM's tasks and events in the vSphere Client; it is tried again.",
        null);
  }

  private void keepAlive(long timeoutSeconds) {
    long period =
        Math.clamp(
            TimeUnit.SECONDS.toMillis(timeoutSeconds) / PROGRESS_CALLS_IN_A_TIMEOUT,
            SHORTEST_PERIOD_MILLIS,
            LONGEST_PERIOD_MILLIS);
    Thread.ofVirtual().name("lease " + lease.value()).start(() -> tellProgress(period));
  }

  private void tellProgress(long periodMillis) {
    try {
      while (!ended.await(periodMillis, TimeUnit.MILLISECONDS)) {
        try {
          vim.call(lease, "HttpNfcLeaseProgress", new Arguments().number("percent", percent()));
        } catch (VimFault | SourceException e) {
          // The next call may do; a lease that ended shows itself by the streams that break off.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** 100 would say that nothing more is read. */
  private long percent() {
    return Math.clamp(doneBytes.get() / Math.max(1, totalBytes / 100), 0, 99);
  }

  /** Where a disk's stream is. */
  URI address(VirtualDisk disk) {
    String url = urls.get(disk.key());
    if (url == null) {
      throw vim.invalid(new InvalidAnswerException("'" + disk.label() + "' is in no lease"));
    }
    return vim.resolve(url);
  }

  /** So much more of the disks' addresses was passed. */
  void passed(long bytes) {
    doneBytes.addAndGet(bytes);
  }

  /** Everything that was wanted was read. */
  void complete() {
    finish("HttpNfcLeaseComplete");
  }

  /** Gives up what was begun; after {@link #complete} it does nothing. */
  @Override
  public void close() {
    finish("HttpNfcLeaseAbort");
  }

  private synchronized void finish(String method) {
    if (ended.getCount() > 0) {
      ended.countDown();
      end(vim, lease, method);
    }
  }

  /**
   * Also when the server does not answer now: as long as it stands the VM cannot be moved, and its
   * snapshot not be removed. Nobody waits for the second try and those that follow.
   */
  private static void end(VimClient vim, Moref lease, String method) {
    if (!isEnded(vim, lease, method)) {
      Thread.ofVirtual()
          .name("end of lease " + lease.value())
          .start(() -> endPatiently(vim, lease, method));
    }
  }

  private static void endPatiently(VimClient vim, Moref lease, String method) {
    Patience patience = new Patience(UNTIL_IT_ENDS);
    while (patience.pause()) {
      if (isEnded(vim, lease, method)) {
        return;
      }
    }
  }

  /** One that is not there ended before, perhaps by a call whose answer was lost. */
  private static boolean isEnded(VimClient vim, Moref lease, String method) {
    try {
      vim.call(lease, method, Arguments.none());
      return true;
    } catch (VimFault.NotFound | VimFault.NotAuthenticated e) {
      return true;
    } catch (VimFault e) {
      return e.name().equals("InvalidState");
    } catch (SourceException e) {
      return false;
    }
  }
}
