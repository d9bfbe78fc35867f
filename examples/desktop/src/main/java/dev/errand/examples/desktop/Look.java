package dev.errand.examples.desktop;

import com.formdev.flatlaf.FlatClientProperties;
import com.formdev.flatlaf.FlatLaf;
import com.formdev.flatlaf.fonts.inter.FlatInterFont;
import com.formdev.flatlaf.themes.FlatMacLightLaf;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.GridBagLayout;
import javax.swing.BorderFactory;
import javax.swing.JComponent;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.UIManager;
import javax.swing.table.DefaultTableCellRenderer;
import javax.swing.table.DefaultTableModel;

/** How things look, and where they are. Colours and fonts are in {@code FlatLaf.properties}. */
final class Look {
    private Look() {}

    /** Before the first window. */
    static void install() {
        FlatInterFont.install();
        FlatLaf.setPreferredFontFamily(FlatInterFont.FAMILY);
        FlatLaf.registerCustomDefaultsSource("dev.errand.examples.desktop");
        // Where the theme can do so: a title that is of one piece with the rest.
        JFrame.setDefaultLookAndFeelDecorated(true);
        FlatMacLightLaf.setup();
    }

    /** The content of the window. */
    static JPanel arranged(MainWindow window) {
        window.browse.setIcon(UIManager.getIcon("Tree.closedIcon"));
        window.folder.putClientProperty(FlatClientProperties.TEXT_FIELD_TRAILING_COMPONENT, window.browse);
        styled("headline", window.headline);
        styled("status", window.status);
        JPanel search = row(10, window.folder, window.find);
        JPanel run =
                column(14, row(10, column(4, window.headline, window.status), centred(window.cancel)), window.progress);
        JPanel content = new JPanel(new BorderLayout(0, 18));
        content.setBorder(BorderFactory.createEmptyBorder(14, 24, 24, 24));
        content.add(column(22, search, run), BorderLayout.NORTH);
        content.add(styled("log", list(table(window.log))), BorderLayout.CENTER);
        return content;
    }

    /** Times and what happened then, the last in sight. */
    private static JTable table(DefaultTableModel lines) {
        JTable table = new JTable(lines);
        table.setTableHeader(null);
        table.setFillsViewportHeight(true);
        table.setDefaultEditor(Object.class, null);
        DefaultTableCellRenderer time = new DefaultTableCellRenderer();
        time.setForeground(UIManager.getColor("Duplicates.secondary"));
        table.getColumnModel().getColumn(0).setCellRenderer(time);
        table.getColumnModel().getColumn(0).setMaxWidth(100);
        lines.addTableModelListener(
                change -> table.scrollRectToVisible(table.getCellRect(lines.getRowCount() - 1, 0, true)));
        return table;
    }

    private static JScrollPane list(JTable table) {
        JScrollPane list = new JScrollPane(table);
        list.setViewportBorder(BorderFactory.createEmptyBorder(8, 0, 8, 0));
        return list;
    }

    private static <C extends JComponent> C styled(String style, C component) {
        component.putClientProperty(FlatClientProperties.STYLE_CLASS, style);
        return component;
    }

    /** The first takes the room that the second leaves. */
    private static JPanel row(int gap, Component wide, Component narrow) {
        JPanel row = new JPanel(new BorderLayout(gap, 0));
        row.add(wide, BorderLayout.CENTER);
        row.add(narrow, BorderLayout.EAST);
        return row;
    }

    /** Not stretched. */
    private static JPanel centred(Component component) {
        JPanel around = new JPanel(new GridBagLayout());
        around.add(component);
        return around;
    }

    /** One below the other. */
    private static JPanel column(int gap, Component upper, Component lower) {
        JPanel column = new JPanel(new BorderLayout(0, gap));
        column.add(upper, BorderLayout.NORTH);
        column.add(lower, BorderLayout.CENTER);
        return column;
    }
}
