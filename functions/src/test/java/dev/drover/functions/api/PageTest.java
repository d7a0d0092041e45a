package dev.drover.functions.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageTest {
  private static final PageToken TOKEN = new PageToken("List");

  private static Page<Integer> page(Stream<Integer> rest, @Nullable Integer maxResults) {
    return Page.of(rest, maxResults, TOKEN, item -> "key " + item);
  }

  private static Stream<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed();
  }

  @Test
  void of_moreThanFit_endsWithTheTokenOfTheLastItem() {
    Page<Integer> page = page(numbers(4), 3);

    assertThat(page.items()).containsExactly(0, 1, 2);
    assertThat(TOKEN.read(page.nextToken())).isEqualTo("key 2");
  }

  @Test
  void of_exactlyWhatFits_isTheLastPage() {
    assertThat(page(numbers(3), 3).items()).hasSize(3);
    assertThat(page(numbers(3), 3).nextToken()).isNull();
    assertThat(page(Stream.of(), 3)).isEqualTo(new Page<Integer>(List.of(), null));
  }

  @Test
  void of_endlessList_readsOneItemMoreThanItShows() {
    assertThat(page(Stream.iterate(0, i -> i + 1), null).items()).hasSize(Page.DEFAULT_SIZE);
    assertThat(page(Stream.iterate(0, i -> i + 1), Integer.MAX_VALUE).items())
        .hasSize(Page.MAX_SIZE);
    assertThat(page(Stream.iterate(0, i -> i + 1), Page.MAX_SIZE - 1).items())
        .hasSize(Page.MAX_SIZE - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void of_fewerThanOne_isInvalid(int maxResults) {
    assertThatThrownBy(() -> page(numbers(1), maxResults))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("InvalidParameterException"))
        .hasMessage("maxResults is " + maxResults + ", at least 1.");
  }
}
