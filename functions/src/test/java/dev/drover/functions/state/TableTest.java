package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/** What DynamoDB's failures become, pages, transactions and ids. */
final class TableTest {
  private final Sample sample = new Sample();

  private static SdkException service(int status, String code) {
    return (SdkException)
        DynamoDbException.builder()
            .statusCode(status)
            .message(code)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();
  }

  private static SdkException cancelled(String... codes) {
    return TransactionCanceledException.builder()
        .message("cancelled")
        .cancellationReasons(
            Stream.of(codes).map(code -> CancellationReason.builder().code(code).build()).toList())
        .build();
  }

  static List<SdkException> passing() {
    return List.of(
        service(500, "InternalServerError"),
        service(503, "ServiceUnavailable"),
        service(400, "ThrottlingException"),
        service(400, "ProvisionedThroughputExceededException"),
        TransactionConflictException.builder().statusCode(400).message("conflict").build(),
        cancelled("None", "TransactionConflict"),
        SdkClientException.create("connection reset"));
  }

  static List<SdkException> lasting() {
    return List.of(
        service(400, "ValidationException"),
        service(403, "AccessDeniedException"),
        service(499, "Odd"));
  }

  /** Every kind of call, over a client that fails so. */
  private static List<ThrowingCallable> calls(SdkException failure) {
    State state = new Failing(failure).state();
    return List.of(
        () -> state.jobs().find(JOB),
        () -> state.jobs().list().toList(),
        () -> state.jobs().remark(JOB, "why"),
        () -> state.runs().handOver(Sample.run(Run.State.ACTIVE), Sample.CONNECTOR, 1, null),
        () -> state.disks().forget(Sample.disk(1, Sample.GENERATION, RunDisk.State.APPLYING)),
        () -> state.transaction().with(state.ids().take(JOB)).commit());
  }

  @ParameterizedTest
  @MethodSource("passing")
  void calls_failureThatPasses_isTransient(SdkException failure) {
    for (ThrowingCallable call : calls(failure)) {
      assertThatThrownBy(call).isInstanceOf(TransientException.class).hasCause(failure);
    }
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void calls_failureThatLasts_isRefused(SdkException failure) {
    for (ThrowingCallable call : calls(failure)) {
      assertThatThrownBy(call).isInstanceOf(RefusedException.class).hasCause(failure);
    }
  }

  @Test
  void commit_aConditionFailed_isFalse() {
    State state = new Failing(cancelled("None", "ConditionalCheckFailed")).state();
    assertThat(state.transaction().with(state.ids().take(JOB)).commit()).isFalse();
  }

  @Test
  void writes_thatMeetOthersTransactions_areMadeAgain() {
    Conflicting conflicting = new Conflicting(sample.dynamoDb, 3);
    State state = new State(conflicting, "drover", new Random(1));
    RunDisk disk = Sample.disk(1, Sample.GENERATION, RunDisk.State.APPLYING);
    assertThat(state.transaction().with(state.disks().put(disk, null)).commit()).isTrue();
    assertThat(state.disks().putManifest(disk, "reports/manifest")).isTrue();
    assertThat(conflicting.refused).isEqualTo(2 * 3);
    assertThat(state.disks().list(disk.runId()))
        .extracting(RunDisk::manifestKey)
        .containsExactly("reports/manifest");
  }

  @Test
  void commit_oneConditionFails_writesNothing() {
    State state = sample.state;
    sample.commits(state.jobs().add(Sample.job(Job.State.PENDING)));
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().add(Sample.run(Run.State.PENDING)))
            .with(state.jobs().add(Sample.job(Job.State.PENDING)));
    assertThat(transaction.isEmpty()).isFalse();
    assertThat(transaction.commit()).isFalse();
    assertThat(state.runs().find(REFERENCE)).isEmpty();
    assertThat(state.transaction().isEmpty()).isTrue();
  }

  @Test
  void take_idTwice_isRefused() {
    NewIds ids = sample.state.ids();
    assertThat(sample.commits(ids.take(JOB))).isTrue();
    assertThat(sample.commits(ids.take(JOB))).isFalse();
    assertThat(sample.commits(ids.take(SERVER))).isTrue();
    assertThat(sample.commits(ids.take(Sample.RUN))).isTrue();
    assertThat(sample.raw.show("ID", "sms-job-00000001"))
        .isEqualTo(Map.of("pk", "S:ID", "sk", "S:sms-job-00000001", "taken", "BOOL:true"));
    assertThat(sample.raw.show("ID", "s-0a0b0c0d")).isNotEmpty();
    assertThat(sample.raw.show("ID", "sms-run-00000001")).isNotEmpty();
  }

  @Test
  void ids_drawn_differ() {
    NewIds ids = sample.state.ids();
    assertThat(ids.job()).isNotEqualTo(ids.job());
    assertThat(ids.run()).isNotEqualTo(ids.run());
    assertThat(ids.server()).isNotEqualTo(ids.server());
  }

  @Test
  void list_severalPages_areAllReadInOrder() {
    sample.commits(sample.state.bases().put(base("a")));
    sample.commits(sample.state.bases().put(base("b")));
    sample.commits(sample.state.bases().put(base("c")));
    Paging paging = new Paging(sample.dynamoDb);
    State state = new State(paging, "drover", new Random(1));
    assertThat(state.bases().list(JOB)).hasSize(3).isEqualTo(sample.state.bases().list(JOB));
    assertThat(paging.pages).isEqualTo(3);
  }

  @Test
  void list_firstIsEnough_readsOnePage() {
    for (int second = 0; second < 3; second++) {
      sample.commits(
          sample
              .state
              .runs()
              .add(
                  Run.pending(
                      Sample.job(Job.State.ACTIVE),
                      new RunId("sms-run-0000000" + second),
                      Run.Type.AUTOMATIC,
                      NOW)));
    }
    Paging paging = new Paging(sample.dynamoDb);
    State state = new State(paging, "drover", new Random(1));
    assertThat(state.runs().list(JOB).findFirst()).isPresent();
    assertThat(paging.pages).isEqualTo(1);
  }

  @Test
  void read_attributeMissing_namesTheItem() {
    sample.raw.put("JOB", JOB.value(), "state", "ACTIVE");
    assertThatThrownBy(() -> sample.state.jobs().find(JOB))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(JOB.value())
        .hasMessageContaining("has no serverId");
  }

  @Test
  void getAll_moreThanABatch_givesThoseThatThereAre() {
    InMemoryDynamoDb whole = new InMemoryDynamoDb();
    for (int i = 0; i < 250; i += 2) {
      whole.table().store(Item.of("A", Integer.toString(i)));
    }

    assertThat(whole.table().getAll(keys(250)))
        .extracting(item -> item.text(Item.SK))
        .hasSize(125)
        .contains("0", "248")
        .doesNotContain("1");
  }

  @Test
  void getAll_someAreLeftUndone_asksForThemAgain() {
    LeavingUndone client = new LeavingUndone(30);
    for (int i = 0; i < 130; i++) {
      client.whole.table().store(Item.of("A", Integer.toString(i)));
    }

    assertThat(new Table(client, "drover").getAll(keys(130)))
        .extracting(item -> item.text(Item.SK))
        .doesNotHaveDuplicates()
        .hasSize(130);
  }

  @Test
  void getAll_noneIsEverDone_isTransient() {
    Table table = new Table(new LeavingUndone(0), "drover");

    assertThatThrownBy(() -> table.getAll(keys(3))).isInstanceOf(TransientException.class);
  }

  private static List<Map<String, AttributeValue>> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> Item.key("A", Integer.toString(i))).toList();
  }

  /** Reads so many items of a batch, and leaves the others undone. */
  private static final class LeavingUndone implements DynamoDbClient {
    private final InMemoryDynamoDb whole = new InMemoryDynamoDb();
    private final int done;

    LeavingUndone(int done) {
      this.done = done;
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      String name = request.requestItems().keySet().iterator().next();
      List<Map<String, AttributeValue>> keys =
          request.requestItems().values().stream().flatMap(asked -> asked.keys().stream()).toList();
      int now = Math.min(done, keys.size());
      BatchGetItemResponse.Builder answer =
          now == 0
              ? BatchGetItemResponse.builder().responses(Map.of())
              : whole.batchGetItem(of(name, keys.subList(0, now))).toBuilder();
      List<Map<String, AttributeValue>> undone = keys.subList(now, keys.size());
      return answer
          .unprocessedKeys(undone.isEmpty() ? Map.of() : of(name, undone).requestItems())
          .build();
    }

    private static BatchGetItemRequest of(String name, List<Map<String, AttributeValue>> keys) {
      return BatchGetItemRequest.builder()
          .requestItems(Map.of(name, KeysAndAttributes.builder().keys(keys).build()))
          .build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static BaseSnapshot base(String disk) {
    return new BaseSnapshot(
        JOB,
        DiskId.of("web", disk),
        Sample.BASE,
        Sample.RUN,
        "key",
        Sample.DIGEST,
        Sample.DIGEST,
        1,
        false,
        null,
        false);
  }

  /** Gives one item a page. */
  private static final class Paging implements DynamoDbClient {
    private final InMemoryDynamoDb whole;
    private int pages;

    Paging(InMemoryDynamoDb whole) {
      this.whole = whole;
    }

    @Override
    public QueryResponse query(QueryRequest request) {
      pages++;
      List<Map<String, AttributeValue>> items = whole.query(request).items();
      int at = items.indexOf(request.exclusiveStartKey()) + 1;
      QueryResponse.Builder page = QueryResponse.builder().items(List.of(items.get(at)));
      return (at + 1 < items.size() ? page.lastEvaluatedKey(items.get(at)) : page).build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** Lets every write but each fourth meet another's transaction. */
  private static final class Conflicting implements DynamoDbClient {
    private final InMemoryDynamoDb table;
    private final int times;
    private int refused;
    private int now;

    Conflicting(InMemoryDynamoDb table, int times) {
      this.table = table;
      this.times = times;
    }

    private boolean conflicts() {
      now = (now + 1) % (times + 1);
      refused += now == 0 ? 0 : 1;
      return now != 0;
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
      if (conflicts()) {
        throw TransactionConflictException.builder().statusCode(400).message("conflict").build();
      }
      return table.updateItem(request);
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
      if (conflicts()) {
        throw cancelled("None", "TransactionConflict");
      }
      return table.transactWriteItems(request);
    }

    @Override
    public QueryIterable queryPaginator(QueryRequest request) {
      return table.queryPaginator(request);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  /** Fails every call in one way. */
  private static final class Failing implements DynamoDbClient {
    private final SdkException failure;

    Failing(SdkException failure) {
      this.failure = failure;
    }

    State state() {
      return new State(this, "drover", new Random(1));
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
      throw failure;
    }

    @Override
    public QueryResponse query(QueryRequest request) {
      throw failure;
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
      throw failure;
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
      throw failure;
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
      throw failure;
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
