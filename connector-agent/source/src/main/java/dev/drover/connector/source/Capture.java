package dev.drover.connector.source;

import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;

/** All disks of a server at one instant, open for reading. */
public interface Capture extends AutoCloseable {
  /** Names the instant. */
  CaptureName name();

  /** What the instant can promise of the data. */
  Report.Consistency consistency();

  /** How the server boots. */
  Firmware firmware();

  /** In boot order, the root disk first; at least one. */
  List<CapturedDisk> disks();

  /**
   * Called when everything was read and before anything is declared complete.
   *
   * @throws SourceChangedException when what was read was not all of one instant
   */
  void verifyUnchanged();

  /**
   * Lets go of the disks, soon: what is read of them afterwards fails. What the capture shows may
   * stand on, so that a later one goes on with it, until {@link ServerSource#release}. A second
   * time does nothing.
   */
  @Override
  void close();
}
