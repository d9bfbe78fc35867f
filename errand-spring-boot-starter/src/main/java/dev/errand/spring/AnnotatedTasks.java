package dev.errand.spring;

import dev.errand.AsTask;
import dev.errand.Task;
import dev.errand.spi.MethodTask;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/** Finds the methods of beans that are tasks. They are called on the bean, so that what is declared around them holds. */
final class AnnotatedTasks {
    private final ConfigurableListableBeanFactory beans;

    AnnotatedTasks(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    List<Task<?, ?>> find() {
        List<Task<?, ?>> tasks = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type = type(name);
            if (type != null && AnnotationUtils.isCandidateClass(type, AsTask.class)) {
                addTasksOf(name, type, tasks);
            }
        }
        return tasks;
    }

    private @Nullable Class<?> type(String name) {
        return name.startsWith("scopedTarget.") ? null : AutoProxyUtils.determineTargetClass(beans, name);
    }

    private void addTasksOf(String name, Class<?> type, List<Task<?, ?>> tasks) {
        MethodFilter isTask = method -> AnnotatedElementUtils.hasAnnotation(method, AsTask.class);
        for (Method method : MethodIntrospector.selectMethods(type, isTask)) {
            AsTask declared = AnnotatedElementUtils.findMergedAnnotation(method, AsTask.class);
            if (declared != null) {
                tasks.add(task(name, method, declared));
            }
        }
    }

    private Task<?, ?> task(String bean, Method method, AsTask declared) {
        try {
            return MethodTask.of(method, declared, arguments -> call(bean, method, arguments));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s.%s cannot be a task: %s"
                            .formatted(method.getDeclaringClass().getSimpleName(), method.getName(), e.getMessage()),
                    e);
        }
    }

    private @Nullable Object call(String name, Method method, @Nullable Object[] arguments)
            throws ReflectiveOperationException {
        Object bean = beans.getBean(name);
        Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
        invocable.setAccessible(true);
        return invocable.invoke(bean, arguments);
    }
}
