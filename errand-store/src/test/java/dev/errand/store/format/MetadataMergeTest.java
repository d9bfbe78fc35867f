package dev.errand.store.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataMergeTest {
    @ParameterizedTest(name = "{0} -> {1} into {2} is {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                | {'a':1}             | {'b':2}             | {'b':2,'a':1}",
                "{'a':1}           | {'a':3}             | {'a':10}            | {'a':12}",
                "{}                | {'a':3}             | {'a':10}            | {'a':13}",
                "{'a':0.1}         | {'a':0.3}           | {'a':1}             | {'a':1.2}",
                "{'a':1}           | {'a':'x'}           | {'a':10}            | {'a':'x'}",
                "{'a':1,'b':1}     | {'b':1}             | {'a':2,'b':3}       | {'b':3}",
                "{'a':[1]}         | {'a':[1,2]}         | {'a':[1,9]}         | {'a':[1,9,2]}",
                "{}                | {'a':[2]}           | {'a':[9]}           | {'a':[9,2]}",
                "{'a':[1,2]}       | {'a':[2]}           | {'a':[1,2,9]}       | {'a':[2]}",
                "{'a':{'x':1}}     | {'a':{'x':1}}       | {'a':{'x':2}}       | {'a':{'x':2}}",
                "{'a':{'x':1}}     | {'a':{'x':2}}       | {'a':{'x':5}}       | {'a':{'x':2}}",
                "{'a':1}           | {'a':1.0}           | {'a':7}             | {'a':7}",
                "{'a':9007199254740993} | {'a':9007199254740995} | {'a':9007199254740993} | {'a':9007199254740995}"
            })
    void whatTheBodyHasChangedIsBroughtIn(String before, String after, String present, String merged) {
        assertThat(MetadataMerge.merge(quoted(before), quoted(after), quoted(present)))
                .isEqualTo(quoted(merged));
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }
}
