package dev.drover.functions.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AtOnceTest {
  private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();

  @Test
  void each_item_isWorkedAtOnceAndInOrder() {
    assertThat(AtOnce.each(ITEMS, item -> "item " + item))
        .isEqualTo(ITEMS.stream().map(item -> "item " + item).toList());
    assertThat(AtOnce.each(List.of(), item -> item)).isEmpty();
  }

  @Test
  void each_itemFails_failsTheCall() {
    assertThatThrownBy(
            () ->
                AtOnce.each(
                    ITEMS,
                    item -> {
                      if (item == 50) {
                        throw new IllegalStateException("item 50");
                      }
                      return item;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("item 50");
  }
}
