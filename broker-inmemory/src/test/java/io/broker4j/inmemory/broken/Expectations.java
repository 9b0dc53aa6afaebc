package io.broker4j.inmemory.broken;

import io.broker4j.testkit.Rule;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Selects the tests that tell something about a broken broker. A test is skipped if it shows only collateral rules,
 * because it may pass or fail, or if all its rules to fail have already been found broken.
 */
final class Expectations implements ExecutionCondition, TestWatcher {
    private static final Map<Class<?>, Set<String>> FOUND_BROKEN = new ConcurrentHashMap<>();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Method test = context.getTestMethod().orElse(null);
        if (test == null || mustPass(contract(context), test)) {
            return ConditionEvaluationResult.enabled("it must pass");
        }
        Set<String> wanted = rules(test);
        wanted.retainAll(List.of(contract(context).getAnnotation(MustFail.class).value()));
        wanted.removeAll(foundBroken(contract(context)));
        return wanted.isEmpty()
                ? ConditionEvaluationResult.disabled("it tells nothing more about this broker")
                : ConditionEvaluationResult.enabled("it may find that this broker breaks " + wanted);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        foundBroken(contract(context)).addAll(rules(context.getRequiredTestMethod()));
    }

    /** Whether a test shows a rule that this contract's broker keeps. */
    static boolean mustPass(Class<?> contract, Method test) {
        MustFail expected = contract.getAnnotation(MustFail.class);
        Set<String> kept = rules(test);
        kept.removeAll(List.of(expected.value()));
        kept.removeAll(List.of(expected.collateral()));
        return !kept.isEmpty();
    }

    private static Set<String> rules(Method test) {
        return new HashSet<>(Arrays.asList(test.getAnnotation(Rule.class).value()));
    }

    private static Set<String> foundBroken(Class<?> contract) {
        return FOUND_BROKEN.computeIfAbsent(contract, none -> ConcurrentHashMap.newKeySet());
    }

    /** The contract is the outermost class: its groups are nested. */
    private static Class<?> contract(ExtensionContext context) {
        Class<?> outermost = context.getRequiredTestClass();
        for (ExtensionContext outer = context;
                outer.getTestClass().isPresent();
                outer = outer.getParent().orElseThrow()) {
            outermost = outer.getRequiredTestClass();
        }
        return outermost;
    }
}
