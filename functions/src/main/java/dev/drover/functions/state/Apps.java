package dev.drover.functions.state;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The applications in the table. With an application stand its servers' words that they are its
 * ({@link Servers#join}), the request that made it, and the count of all applications: each write
 * is one transaction of all of these.
 */
public final class Apps {
  /**
   * Servers of an application that may join and leave in one transaction: DynamoDB takes a hundred
   * items in one, and what else belongs to an application is 15 at most.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html">TransactWriteItems</a>
   */
  public static final int MAX_SERVERS_AT_ONCE = 84;

  private static final String REQUEST_PK = "APPREQUEST";
  private static final String APP_ID = "appId";
  private static final String WISH = "wish";
  private static final String COUNT_PK = "APPCOUNT";
  private static final String COUNT_SK = "-";
  private static final String COUNT = "count";

  private final Table table;

  Apps(Table table) {
    this.table = table;
  }

  /** The application, if there is one. */
  public Optional<App> find(AppId id) {
    return table.get(AppCodec.PK, id.value()).map(AppCodec::read);
  }

  /** Every application whose id comes after that text, ascending. */
  public Stream<App> listAfter(String id) {
    return table.queryAfter(AppCodec.PK, id).map(AppCodec::read);
  }

  /** How many applications there are. */
  public int count() {
    return table.get(COUNT_PK, COUNT_SK).map(item -> item.count(COUNT)).orElse(0);
  }

  /** What the request of that name made; its application may have changed since. */
  public Optional<AppRequest> requested(String name) {
    return table
        .get(REQUEST_PK, name)
        .map(item -> new AppRequest(name, new AppId(item.text(APP_ID)), item.text(WISH)));
  }

  /**
   * A new application; only if neither it nor the request is there, and while there are fewer than
   * so many.
   */
  public Write add(App app, Optional<AppRequest> request, int maxApps) {
    Write added =
        Write.all(
            table.putIfAbsent(AppCodec.item(app)),
            table.change(
                ItemUpdate.of(COUNT_PK, COUNT_SK)
                    .add(COUNT, 1)
                    .onlyIf("attribute_not_exists(#count) OR #count < :max", COUNT)
                    .value(":max", maxApps)));
    return request
        .map(
            made ->
                Write.all(
                    added,
                    table.putIfAbsent(
                        Item.of(REQUEST_PK, made.name())
                            .with(APP_ID, made.appId().value())
                            .with(WISH, made.wish()))))
        .orElse(added);
  }

  /** The application as it is to be; only while it is as the caller saw it. */
  public Write replace(App app) {
    App next =
        new App(
            app.id(),
            app.about(),
            app.groups(),
            app.tags(),
            app.replication(),
            app.launch(),
            app.history(),
            app.revision() + 1);
    return table.change(
        ItemUpdate.to(AppCodec.item(next))
            .onlyIf("#revision = :seen", AppCodec.REVISION)
            .value(":seen", app.revision()));
  }

  /** The application is no more; only while it is as the caller saw it. */
  public Write remove(App seen) {
    Write removed =
        Write.all(
            table.removeIf(
                ItemUpdate.of(AppCodec.PK, seen.id().value())
                    .onlyIf("#revision = :seen", AppCodec.REVISION)
                    .value(":seen", seen.revision())),
            table.change(ItemUpdate.of(COUNT_PK, COUNT_SK).add(COUNT, -1)));
    String request = seen.history().request();
    return request == null ? removed : Write.all(removed, table.remove(REQUEST_PK, request));
  }
}
