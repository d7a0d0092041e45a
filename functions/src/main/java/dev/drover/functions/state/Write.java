package dev.drover.functions.state;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** What one transition writes when it is part of a {@link Transaction}; a gateway makes it. */
public final class Write {
  private final List<TransactWriteItem> items;

  private Write(List<TransactWriteItem> items) {
    this.items = items;
  }

  static Write of(TransactWriteItem item) {
    return new Write(List.of(item));
  }

  static Write all(Write... parts) {
    return new Write(Stream.of(parts).flatMap(part -> part.items.stream()).toList());
  }

  List<TransactWriteItem> items() {
    return items;
  }
}
