package dev.drover.connector.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A queue and a state machine in memory. */
final class FakeServices implements TaskQueue, TaskCallback {
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final List<String> deleted = new CopyOnWriteArrayList<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heartbeats = new LinkedBlockingQueue<>();

  void send(String id, String body) {
    messages.add(new Message(id, body, "receipt-" + id));
  }

  void refuse(String token) {
    refused.add(token);
  }

  List<String> deleted() {
    return deleted;
  }

  /** What was told of tasks and not asked for yet, for example {@code succeed token-1-1}. */
  List<String> told() {
    return List.copyOf(told);
  }

  String awaitTold() throws InterruptedException {
    return await(told);
  }

  String awaitHeartbeat() throws InterruptedException {
    return await(heartbeats);
  }

  void forgetHeartbeats() {
    heartbeats.clear();
  }

  /** Waits until the connector has heard "no". */
  String awaitRefusal() throws InterruptedException {
    return await(refusals);
  }

  @Override
  public List<Message> receive(Duration atMost) {
    List<Message> received = new ArrayList<>();
    try {
      Message first = messages.poll(100, TimeUnit.MILLISECONDS);
      if (first != null) {
        received.add(first);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return received;
  }

  @Override
  public void delete(Message message) {
    deleted.add(message.id());
  }

  @Override
  public void heartbeat(String token) {
    check(token);
    heartbeats.add(token);
  }

  @Override
  public void succeed(String token, String outputJson) {
    check(token);
    told.add("succeed " + token);
  }

  @Override
  public void fail(String token, String error, String cause) {
    check(token);
    told.add("fail " + token + " " + error + ": " + cause);
  }

  private void check(String token) {
    if (refused.contains(token)) {
      refusals.add(token);
      throw new TokenRefusedException("TaskTimedOut", new IllegalStateException());
    }
  }

  private static String await(BlockingQueue<String> queue) throws InterruptedException {
    String next = queue.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 30 s");
    }
    return next;
  }
}
