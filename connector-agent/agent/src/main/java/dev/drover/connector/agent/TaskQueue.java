package dev.drover.connector.agent;

import java.time.Duration;
import java.util.List;

/** The connector's own queue. A message comes at least once, in no order. */
public interface TaskQueue {
  /**
   * A message.
   *
   * @param receipt names this delivery, for deleting it
   */
  record Message(String id, String body, String receipt) {}

  /**
   * Waits for messages.
   *
   * @throws ServiceUnavailableException when the queue cannot be asked
   */
  List<Message> receive(Duration atMost);

  /**
   * Takes a message out of the queue.
   *
   * @throws ServiceUnavailableException when that is not certain; it may come again
   */
  void delete(Message message);
}
