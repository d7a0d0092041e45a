package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Account;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** Messages that mean nothing, in every queue, and junk where only connectors should write. */
public final class Poison implements Fault {
  /** Each has it, so that it is known again among the dead letters. */
  public static final String MARK = "drover-torture-poison";

  private static final List<String> BODIES =
      List.of(
          MARK,
          "{\"" + MARK + "\":true}",
          "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\""
              + MARK
              + "\"},\"object\":{\"key\":\"\"}}}]}",
          "{\"type\":\"replicate\",\"schemaVersion\":1,\"runId\":\"" + MARK + "\"}");

  private final Account account;
  private final List<String> queueUrls;
  private final List<String> junk;

  Poison(Account account, List<String> queueUrls, List<String> environments) {
    this.account = account;
    this.queueUrls = queueUrls;
    this.junk = new ArrayList<>();
    for (String environment : environments) {
      junk.add("staging/" + environment + "/" + MARK);
      junk.add("staging/" + environment + "/sms-job-00000000/sms-run-00000000/d-0/" + MARK);
      junk.add("reports/" + environment + "/" + MARK + ".json");
    }
  }

  @Override
  public void begin() {
    for (String queueUrl : queueUrls) {
      for (String body : BODIES) {
        account.sqs().sendMessage(request -> request.queueUrl(queueUrl).messageBody(body));
      }
    }
    for (String key : junk) {
      account
          .s3()
          .putObject(
              request -> request.bucket(account.bucket()).key(key), RequestBody.fromString(MARK));
    }
  }

  /** What we put into the bucket we take away; the messages are Drover's. */
  @Override
  public void heal() {
    for (String key : junk) {
      account.s3().deleteObject(request -> request.bucket(account.bucket()).key(key));
    }
  }

  @Override
  public int strikes() {
    return queueUrls.size() * BODIES.size() + junk.size();
  }
}
