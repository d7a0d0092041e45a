package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Another source, but what it captures stands on the site until it is released. */
public final class HoldingSource implements ServerSource {
  private final ServerSource source;

  /** What was asked for, for example {@code release web sms-run-00000001}, refusals too. */
  public final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

  /** Runs that were said to be known, when orphans were released last. */
  public volatile Set<RunId> known = Set.of();

  /** Runs of which something stands. */
  public final List<RunId> standing = new CopyOnWriteArrayList<>();

  /** The captures that runs came back for. */
  public final Map<RunId, CaptureName> wentOnWith = new ConcurrentHashMap<>();

  /** Whether nothing can be released. */
  public volatile boolean refuses;

  /** Whether its servers cannot be listed. */
  public volatile boolean hidden;

  public HoldingSource(ServerSource source) {
    this.source = source;
  }

  @Override
  public String type() {
    return source.type();
  }

  @Override
  public SourceInventory inventory() {
    if (hidden) {
      throw new SourceUnavailableException("The login is refused.", null);
    }
    return source.inventory();
  }

  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    standing.add(run);
    if (previous != null) {
      wentOnWith.put(run, previous);
    }
    return source.capture(vmId, run, previous);
  }

  @Override
  public void release(String vmId, RunId run) {
    end("release", vmId, run);
  }

  @Override
  public void cleanUp(String vmId, RunId run) {
    end("clean up", vmId, run);
  }

  private void end(String how, String vmId, RunId run) {
    asked.add(how + " " + vmId + " " + run);
    if (refuses) {
      throw new SourceUnavailableException("The site is busy.", null);
    }
    standing.removeIf(run::equals);
  }

  @Override
  public List<String> releaseOrphans(Set<RunId> ofRuns, Duration age) {
    known = Set.copyOf(ofRuns);
    return List.of();
  }
}
