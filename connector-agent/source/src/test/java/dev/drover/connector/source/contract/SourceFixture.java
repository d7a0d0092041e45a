package dev.drover.connector.source.contract;

import dev.drover.connector.source.ServerSource;
import java.io.IOException;
import java.util.List;

/** A source under test, and the hand that changes the servers which it sees. */
public interface SourceFixture {
  /** Each is as good as any other: a source remembers nothing between two calls. */
  ServerSource source();

  /** The source as another process has it; whoever asks closes it. */
  default ServerSource restarted() {
    return source();
  }

  /** What stands on the site for runs, for example VM snapshots. */
  default List<String> holdings() {
    return List.of();
  }

  /** What the source calls the server of a name. */
  default String vmId(String name) {
    return name;
  }

  /** What the sizes of disks are multiples of. */
  default int sectorBytes() {
    return 1;
  }

  /**
   * Makes a server, or gives the one of that name other bytes on disks of the same sizes.
   *
   * @param disks what they hold, the root disk first
   */
  void write(String name, List<byte[]> disks) throws IOException;

  /** Makes a server that is there and that nobody can read. */
  void writeUnreadable(String name) throws IOException;
}
